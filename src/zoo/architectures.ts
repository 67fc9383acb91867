import type { Architecture } from './architecture.js';
import { alexnet } from './alexnet.js';
import { catsDogs } from './catsDogs.js';
import { cifarResnet } from './cifarResnet.js';
import { densenet } from './densenet.js';
import { efficientnet } from './efficientnet.js';
import { googlenet } from './googlenet.js';
import { inceptionResnetV2 } from './inceptionResnetV2.js';
import { inceptionV3 } from './inceptionV3.js';
import { lenet } from './lenet.js';
import { mnist } from './mnistCnn.js';
import { mobilenetV1 } from './mobilenetV1.js';
import { mobilenetV2 } from './mobilenetV2.js';
import { mobilenetV3 } from './mobilenetV3.js';
import { resnet } from './resnet.js';
import { resnext } from './resnext.js';
import { senet } from './senet.js';
import { squeezenet } from './squeezenet.js';
import { vgg } from './vgg.js';
import { wideResnet } from './wideResnet.js';
import { xception } from './xception.js';

/** Every architecture there is, by name: the lectures' own, then in the order in which they were published. */
export const architectures = {
  ...mnist,
  ...catsDogs,
  ...lenet,
  ...alexnet,
  ...vgg,
  ...googlenet,
  ...inceptionV3,
  ...resnet,
  ...cifarResnet,
  ...squeezenet,
  ...inceptionResnetV2,
  ...wideResnet,
  ...xception,
  ...densenet,
  ...resnext,
  ...mobilenetV1,
  ...senet,
  ...mobilenetV2,
  ...mobilenetV3,
  ...efficientnet,
} as const satisfies Readonly<Record<string, Architecture>>;

/** The name of an architecture. */
export type ArchitectureName = keyof typeof architectures;
