import type { JSX } from 'preact';
import { Choice, Group, Stepper, Toggle } from '../../parts/controls.js';
import { MapCanvas } from '../../parts/MapCanvas.js';
import { PicturePicker } from '../../pictures/PicturePicker.js';
import { kernelNames, kernelOf, mostRows, readKernel, resized, type Kernel } from './kernels.js';
import type { ConvolveState } from './state.js';
import { say } from './strings.js';
import { kernelSaid, weightsMap } from './kernelWords.js';
import { ViewChoice } from './ViewChoice.js';

/** The left column: picture, kernels, window, and what follows. */
export function KernelControls({ state, filter }: { state: ConvolveState; filter: number }): JSX.Element {
  const { picture, size, kernel: kernels, stride, pad, dilate, mode, relu, pool } = state.values.value;
  const kernel = kernels[filter];
  const replaced = (to: Kernel): Kernel[] => kernels.map((one, i) => (i === filter ? to : one));
  /** Another kernel begins with all of its map. */
  const change = (part: Parameters<ConvolveState['change']>[0]): void => state.change({ ...part, drawn: 0 });
  const toggle = (name: string): void => {
    const at = kernels.findIndex((one) => one.name === name);
    if (kernels.length === 1) change({ kernel: [readKernel(name)!], filter: 0 });
    else if (at < 0) change({ kernel: replaced(readKernel(name)!) });
    else change({ filter: at });
  };
  return (
    <>
      <ViewChoice state={state} />
      <div class="group-gap" />
      <PicturePicker
        value={size > 0 ? `numbers-${size}` : picture}
        onPick={(name, how) =>
          state.change({ picture: name, size: 0, drawn: 0, at: how === 'slide' ? state.values.value.at : [0, 0] }, how)
        }
      />
      <Group title={say.kernel}>
        <div class="kernel-list" role="radiogroup" aria-label={say.kernel}>
          {kernelNames.map((name) => {
            const one = readKernel(name)!;
            const isPicked = kernels.some((other) => other.name === name);
            return (
              <button
                key={name}
                type="button"
                class={`kernel-name${isPicked ? ' picked' : ''}`}
                role="radio"
                aria-checked={kernel.name === name}
                onClick={() => toggle(name)}
              >
                {/* Of three slices the first is sign enough. */}
                <MapCanvas label="" side={25} map={weightsMap(one.slices[0], one.size)} />
                <span>{kernelSaid(one)}</span>
              </button>
            );
          })}
        </div>
        <Stepper
          label={say.kernelSize}
          value={kernel.size}
          least={1}
          most={mostRows}
          write={(n) => `${n}×${n}`}
          onChange={(n) => change({ kernel: replaced(resized(kernel, n)) })}
        />
        <Stepper
          label={say.bias}
          value={kernel.bias}
          least={-999}
          most={999}
          write={(n) => String(n).replace('-', '−')}
          onChange={(bias) => change({ kernel: replaced(kernelOf({ ...kernel, bias })) })}
        />
        <Stepper
          label={say.several}
          value={kernels.length}
          least={1}
          most={6}
          onChange={(n) => {
            const spare = kernelNames.filter((name) => !kernels.some((one) => one.name === name));
            const added = n > kernels.length ? [...kernels, readKernel(spare[0])!] : kernels.slice(0, n);
            change({ kernel: added, filter: n > kernels.length ? n - 1 : Math.min(filter, n - 1) });
          }}
        />
      </Group>
      <Group title={say.window}>
        <Stepper label={say.stride} value={stride} least={1} most={4} onChange={(n) => change({ stride: n })} />
        <Stepper label={say.padding} value={pad} least={0} most={4} onChange={(n) => change({ pad: n })} />
        <Stepper label={say.dilation} value={dilate} least={1} most={4} onChange={(n) => change({ dilate: n })} />
      </Group>
      <Group title={say.after}>
        <Choice
          label={say.counted}
          options={[
            ['sum', say.sum],
            ['match', say.match],
          ]}
          value={mode}
          onChange={(to) => state.change({ mode: to })}
        />
        <Toggle label={say.relu} value={relu} onChange={(on) => state.change({ relu: on })} />
        <Choice
          label={say.pooling}
          options={[
            ['none', say.none],
            ['max', say.max],
            ['average', say.average],
          ]}
          value={pool}
          onChange={(to) => state.change({ pool: to })}
        />
      </Group>
    </>
  );
}
