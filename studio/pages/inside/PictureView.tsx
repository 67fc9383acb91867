import type { JSX } from 'preact';
import { PictureCanvas } from '../../parts/PictureCanvas.js';
import { useSize } from '../../parts/useSize.js';
import type { Heat } from './explainTasks.js';
import { say } from './strings.js';
import type { Inside } from './tasks.js';

/** A picture and what counts in it for a class. */
export interface ShownHeat {
  readonly inside: Inside;
  readonly heat: Heat | undefined;
}

/** What `PictureView` is given. */
export interface PictureViewProps {
  /** One, or two side by side. */
  readonly shown: readonly ShownHeat[];
  readonly opacity: number;
}

/** The picture, large, with a heat map of what counts for a class; or two of them side by side. */
export function PictureView({ shown, opacity }: PictureViewProps): JSX.Element {
  const [element, { height, width }] = useSize<HTMLDivElement>();
  const inRow = width > 480 ? shown.length : 1;
  const side = Math.max(160, Math.min(520, Math.floor((width - 24 - 32 * (inRow - 1)) / inRow), height - 60));
  return (
    <div class="inside-opened large" ref={element}>
      <div class="inside-pair">
        {shown.map(({ inside, heat }, i) => {
          const label = heat ? say.heatOf(heat.method, heat.target) : say.pictureAndMap;
          return (
            <figure key={i}>
              <figcaption>{label}</figcaption>
              {width > 0 && (
                <PictureCanvas
                  picture={inside.seen}
                  heat={heat}
                  opacity={opacity}
                  marks={heat?.boxes.map((box) => ({ ...box, kind: 'faint' }))}
                  side={side}
                  label={label}
                />
              )}
            </figure>
          );
        })}
      </div>
    </div>
  );
}
