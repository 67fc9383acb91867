import type { JSX } from 'preact';
import { useSize } from '../../parts/useSize.js';
import { PictureCanvas } from '../../parts/PictureCanvas.js';
import { say } from './strings.js';
import type { Heat, Inside } from './tasks.js';

/** What `PictureView` is given. */
export interface PictureViewProps {
  readonly inside: Inside;
  readonly heat: Heat | undefined;
  readonly opacity: number;
}

/** The picture, large, with a heat map of what counts for a class. */
export function PictureView({ inside, heat, opacity }: PictureViewProps): JSX.Element {
  const [element, { height, width }] = useSize<HTMLDivElement>();
  const side = Math.max(160, Math.min(520, width, height - 60));
  return (
    <div class="inside-opened large" ref={element}>
      <figure>
        <figcaption>{heat ? say.heatOf(heat.method, heat.target) : say.pictureAndMap}</figcaption>
        {width > 0 && (
          <PictureCanvas
            picture={inside.seen}
            heat={heat}
            opacity={opacity}
            marks={heat?.boxes.map((box) => ({ ...box, kind: 'faint' }))}
            side={side}
            label={heat ? say.heatOf(heat.method, heat.target) : say.pictureAndMap}
          />
        )}
      </figure>
    </div>
  );
}
