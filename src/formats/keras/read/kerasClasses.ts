/** Layers that Keras has, whether or not they are read. */
const classes = `
  Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
  AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AdditiveAttention AlphaDropout Attention AugMix
  AutoContrast Average AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization Bidirectional CategoryEncoding
  CenterCrop Concatenate ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D
  Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Cropping1D Cropping2D Cropping3D CuDNNGRU CuDNNLSTM CutMix Dense
  DenseFeatures DepthwiseConv1D DepthwiseConv2D Discretization Dot Dropout ELU EinsumDense Embedding Equalization FlaxLayer
  Flatten GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
  GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GroupNormalization GroupQueryAttention HashedCrossing Hashing
  Highway Identity InputLayer IntegerLookup JaxLayer LSTM LSTMCell Lambda LayerNormalization LeakyReLU LocallyConnected1D
  LocallyConnected2D Masking MaxNumBoundingBoxes MaxPooling1D MaxPooling2D MaxPooling3D Maximum MaxoutDense MelSpectrogram
  Minimum MixUp MultiHeadAttention Multiply Normalization PReLU Permute Pipeline RMSNormalization RNN RandAugment
  RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing
  RandomFlip RandomFourierFeatures RandomGaussianBlur RandomGrayscale RandomHeight RandomHue RandomInvert RandomPerspective
  RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomWidth RandomZoom
  ReLU RepeatVector Rescaling Reshape Resizing ReversibleEmbedding STFTSpectrogram SeparableConv1D SeparableConv2D SimpleRNN
  SimpleRNNCell Softmax Solarization SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization
  StackedRNNCells StringLookup Subtract SyncBatchNormalization TFSMLayer TextVectorization ThresholdedReLU TimeDistributed
  TorchModuleWrapper UnitNormalization UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D`;

/** The names of Keras's layers: those of Keras 3, and of older versions what Keras 3 left out. */
export const kerasClasses: ReadonlySet<string> = new Set(classes.trim().split(/\s+/));
