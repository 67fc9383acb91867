import { describeEngine } from '../contractSuite.js';
import { createReferenceEngine } from './engine.js';

describeEngine('reference', createReferenceEngine);
