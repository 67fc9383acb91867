import { describe, expect, it } from 'vitest';
import { kerasGraph } from './kerasGraph.js';

describe('kerasGraph', () => {
  it.each(['constructor', 'toString', '__proto__'])('does not take %s, which all objects have, for a class', (name) => {
    const config = { layers: [], input_layers: [], output_layers: [] };
    expect(() => kerasGraph({ class_name: name, config }, 'net.h5')).toThrow(/^net\.h5: the model is of the class/);
  });
});
