/** Types of arguments that are no options, though some of their fields may be left out, and why. */
export const things = {
  DataSet: 'data, which a program may make of any object',
  DataSplits: 'data, in parts',
  Pixels: 'a decoded picture',
  TfjsFiles: 'the content of files',
  SafeTensors: 'the content of a file',
  Operator: 'an operator, which is made of functions',
  Loss: 'a loss, which is made of functions',
  Callback: 'a callback, which is made of functions',
  Engine: 'an engine',
  CallbackState: 'what a callback kept',
  TrainingState: 'what a training kept',
  OpenedModel: 'a model',
  Explanation: 'a result, which overlay and legend take',
  ErrorParts: 'the parts of a message',
  Evidence: 'what was measured',
  RunResult: 'what a training gave',
  EvaluationResult: 'what an evaluation gave',
  TestResult: 'what a test gave',
  RunDrawings: 'what is drawn of a run',
  TestDrawings: 'what is drawn of a test',
  PictureTransform: 'a transform, which is made of functions',
  ModuleStep: 'a function, named by its module',
  FitData: 'data, as the model keeps them',
  WritableModel: 'a model',
  RgbaPicture: 'a decoded picture',
  NetworkSource: 'what a model is made of by those that make some',
  'ArchitectureOptions & { readonly weights?: null | undefined; }': 'the same as with weights, which is tried',
} as const;

/** Members that are public for other rooms alone, and why. */
export const members = { 'Model.trainingParts': 'for the training loop' } as const;
