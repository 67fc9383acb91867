import type { DataPass, DataSet } from './dataSet.js';
import { DerivedSet } from './derivedSet.js';
import { PictureFiles } from './folders/pictureFiles.js';
import type { SelectableSet } from './selectableSet.js';

/** What is changed in the labels of a data set. */
export interface LabelChanges {
  /** The new class number of examples, by their place in the set. */
  readonly labels: ReadonlyMap<number, number>;
  /** Which examples are left out. */
  readonly left: ReadonlySet<number>;
}

/** A data set with some labels changed and some examples left out; files stay files, so that they can be prepared otherwise. */
export function correctedSet(data: DataSet, { labels, left }: LabelChanges): SelectableSet {
  const kept = Array.from({ length: data.size }, (_, i) => i).filter((i) => !left.has(i));
  const changed = data instanceof PictureFiles ? data.withLabels(labels) : new CorrectedSet(data, labels);
  return changed.subset(kept);
}

/** The same examples with other labels for some of them. */
class CorrectedSet extends DerivedSet {
  constructor(
    base: DataSet,
    private readonly changed: ReadonlyMap<number, number>,
  ) {
    super(base, base.label && { label: (index: number) => changed.get(index) ?? base.label!(index) });
  }

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): Promise<void> {
    await this.base.fill(indices, x, y, pass);
    for (let i = 0; i < indices.length; i++) y[i] = this.changed.get(indices[i]) ?? y[i];
  }
}
