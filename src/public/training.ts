/** What models are trained and measured with. */
export {
  callbacks,
  CSVLogger,
  EarlyStopping,
  History,
  LearningRateScheduler,
  ModelCheckpoint,
  ProgressBar,
  ReduceLROnPlateau,
} from '../fit/index.js';
export {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  Lamb,
  Lion,
  losses,
  metrics,
  Nadam,
  Optimizer,
  optimizers,
  RMSprop,
  schedules,
  SGD,
} from '../training/index.js';
