import { csvCell } from './resultsCsv.js';
import { isMistake, pictureName, predictedName, type ProjectedPictures } from './projectedPictures.js';

/** A line for each picture: `x,y,label,prediction,probability,mistake,file`; of more components their places, too. */
export function projectionCsv(pictures: ProjectedPictures): string {
  const { projection, labels, classNames, probabilities } = pictures;
  const [count, columns] = projection.points.shape;
  const names = Array.from({ length: columns }, (_, c) => ['x', 'y'][c] ?? `component${c + 1}`);
  const lines = [[...names, 'label', 'prediction', 'probability', 'mistake', 'file'].join(',')];
  for (let i = 0; i < count; i++) {
    const places = Array.from(projection.points.data.subarray(i * columns, (i + 1) * columns), String);
    const said = predictedName(pictures, i);
    const known = [
      classNames[labels[i]],
      said ?? '',
      probabilities ? probabilities[i].toFixed(4) : '',
      said === undefined || pictures.predictedNames ? '' : String(Number(isMistake(pictures, i))),
      pictureName(pictures, i),
    ];
    lines.push([...places, ...known.map(csvCell)].join(','));
  }
  return `${lines.join('\n')}\n`;
}
