/** What Keras, TensorFlow.js and PyTorch ask of a model by another name, and what to write. */
export const foreignModelNames = {
  'fitDataset fitGenerator': 'write fit(data, { epochs }), which takes data sets and generators, too',
  'evaluateDataset evaluateGenerator': 'write evaluate(data)',
  'predictGenerator predictProba call forward __call__': 'write await predict(x)',
  predictClasses: 'write classify(model, pictures), or take the largest of each row of predict(x)',
  'weights variables trainableWeights trainableVariables nonTrainableWeights parameters named_parameters':
    'write await getWeights(), a Map by name (conv2d/kernel), or the weights of each of its layers',
  stateDict: "write await getWeights(), or saveWeights('weights.safetensors', { format: 'pytorch' }) for PyTorch",
  loadStateDict: 'write loadWeights(path), or setWeights(map)',
  'toJSON to_json toYaml getConfig':
    "write save('model.safetensors') or save('model.keras'), which keep the architecture with the weights; loadModel reads it",
  'loss metrics metricsNames lossWeights': 'write compileOptions, which has what compile was given',
  'learningRate lr': 'write optimizer.learningRate',
  eval: 'leave it out: evaluate and predict run layers as outside training',
  train: 'write fit(x, y, { epochs })',
  'to cuda cpu gpu half float double': 'leave it out: compile({ engine }) chooses what computes, in float32',
  'zeroGrad backward step': 'write trainOnBatch(x, y), which is a whole step',
  'children modules named_modules named_children': 'write layers',
  'requiresGrad requires_grad_': 'write trainable = false, or freeze()',
  history: 'write const { history } = await model.fit(…)',
  'clone copy deepcopy': 'write modelFromBytes(await model.toBytes())',
  'load loadModel': 'write await loadModel(path), a function of its own',
  saveModel: 'write save(path)',
  export: "write exportOnnx(model, 'model.onnx'), exportKeras or exportTfjs",
  'resetStates resetMetrics': 'leave it out: every epoch and every evaluation begins anew',
  'inputNames outputNames': 'write topology.inputNames and topology.outputNames',
} as const;
