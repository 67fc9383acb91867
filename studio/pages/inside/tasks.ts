import { classify, type Model, type PredictedClass } from 'striate';
import { seenPicture, type CanvasPicture } from 'striate/explain';
import type { TaskContext, Tasks } from '../../engine/protocol.js';
import { openFolder, type PhotoFolder } from '../../storage/photoFolders.js';
import { takePhotos } from '../../storage/takePhotos.js';
import { compareMethods } from './compareMethods.js';
import { field, heat, patterns, raising } from './explainTasks.js';
import { map, sheet } from './mapTasks.js';
import { callsBefore } from './modelValues.js';
import { servedPictures } from './servedPictures.js';
import { lookInto } from './session.js';
import type { Subject } from './subject.js';
import { path, unit } from './unitTasks.js';

/** A call of a layer, as the architecture shows it. */
export interface CallRow {
  /** The layer's name; with a number behind it where a layer is called several times. */
  readonly name: string;
  /** The layer's own name. */
  readonly layer: string;
  readonly className: string;
  readonly shape: readonly number[];
  /** Which calls it takes its inputs from; −1 is the picture. */
  readonly before: readonly number[];
  readonly parameters: number;
}

/** A model that was looked into with a picture. */
export interface Inside {
  readonly name: string;
  readonly calls: readonly CallRow[];
  /** The picture as the model saw it. */
  readonly seen: CanvasPicture;
  readonly inputShape: readonly number[];
  /** The five likeliest classes; empty where the model is no classifier. */
  readonly classes: readonly PredictedClass[];
  /** The names of all its classes, by their numbers. */
  readonly labels: readonly string[];
  /** What was guessed, in sentences. */
  readonly notes: readonly string[];
}

async function look(subject: Subject, { engine }: TaskContext): Promise<Inside> {
  const inside = await lookInto(subject, engine);
  const { opened, input } = inside;
  const { model, preparation, notes = [] } = opened;
  const { classes } = await classify(opened, [subject.picture.source], { top: Number.MAX_SAFE_INTEGER }).then(
    ([first]) => first,
    () => ({ classes: [] }),
  );
  return {
    name: model.name,
    calls: callRows(model),
    seen: seenPicture({ input, preprocessing: preparation?.preprocessing }),
    inputShape: model.inputShape,
    classes: classes.slice(0, 5),
    labels: classes.toSorted((a, b) => a.label - b.label).map(({ name }) => name),
    notes: [...(preparation?.note === undefined ? [] : [preparation.note]), ...notes],
  };
}

function callRows(model: Model): CallRow[] {
  const used = new Map<string, number>();
  return model.topology.predictionCalls.map(({ layer, output }, call) => {
    const times = used.get(layer.name) ?? 0;
    used.set(layer.name, times + 1);
    return {
      name: times === 0 ? layer.name : `${layer.name} (${times + 1})`,
      layer: layer.name,
      className: layer.className,
      shape: output.shape,
      before: callsBefore(model, call),
      parameters: times > 0 ? 0 : layer.weights.reduce((sum, { variable }) => sum + variable.size, 0),
    };
  });
}

/** The pictures of a folder that this browser keeps. */
const photos = ({ address }: { readonly address: string }): Promise<PhotoFolder> => openFolder(address);

/** What the page has computed. */
export const tasks = {
  look,
  sheet,
  map,
  unit,
  path,
  patterns,
  raising,
  field,
  heat,
  compareMethods,
  photos,
  servedPictures,
  takePhotos,
} satisfies Tasks;
