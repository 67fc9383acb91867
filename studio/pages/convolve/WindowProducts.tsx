import type { JSX } from 'preact';
import { theme } from '../../design/theme.js';
import { MapCanvas } from '../../parts/MapCanvas.js';
import { digitsOf, formatNumber } from '../../parts/formatNumber.js';
import { KernelEditor } from './KernelEditor.js';
import { channelNames, weightsMap } from './kernelWords.js';
import type { ConvolveState } from './state.js';
import type { Slide } from './slide.js';
import { say } from './strings.js';

/** What `WindowProducts` is given. */
export interface WindowProductsProps {
  readonly slide: Slide;
  readonly state: ConvolveState;
  readonly filter: number;
  /** Of a window, in CSS pixels. */
  readonly side: number;
}

/** What lies under the window, times the kernel, is the products, whose sum is the cell: large, and the kernel to edit. */
export function WindowProducts({ slide, state, filter, side }: WindowProductsProps): JSX.Element {
  const { picture, kernel, sum } = slide;
  const names = channelNames(picture.channels);
  const most = Math.max(...sum.channels.flatMap(({ products }) => products.map(Math.abs)), 1e-9);
  return (
    <div class="products" data-theme={theme.value}>
      {sum.channels.map(({ window, products, sum: own }, channel) => (
        <div class="product" key={channel}>
          <figure>
            <figcaption>{picture.channels === 1 ? say.windowHere : names[channel]}</figcaption>
            <MapCanvas
              label={say.windowHere}
              side={side}
              numbers={(value) => formatNumber(value, { digits: digitsOf(window) })}
              map={{
                height: kernel.size,
                width: kernel.size,
                data: window,
                low: picture.low,
                high: picture.high,
                colours: 'sequential',
              }}
            />
          </figure>
          <span class="sign">×</span>
          <figure>
            <figcaption>{say.kernelHere}</figcaption>
            <KernelEditor kernel={kernel} slice={channel} state={state} filter={filter} side={side} />
          </figure>
          <span class="sign">=</span>
          <figure>
            <figcaption>{say.products}</figcaption>
            <MapCanvas
              label={say.products}
              side={side}
              numbers={(value) => formatNumber(value, { digits: digitsOf(products) })}
              map={{ ...weightsMap(products, kernel.size), low: -most, high: most }}
            />
          </figure>
          <span class="sign">Σ</span>
          <output class="number large">{formatNumber(own, { digits: digitsOf([own]) })}</output>
        </div>
      ))}
    </div>
  );
}
