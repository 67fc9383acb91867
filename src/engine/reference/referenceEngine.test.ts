import { describeEngine } from '../contractSuite.js';
import { createReferenceEngine } from './referenceEngine.js';

describeEngine('reference', createReferenceEngine);
