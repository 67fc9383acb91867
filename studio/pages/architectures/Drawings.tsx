import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { Notice } from '../../parts/Notice.js';
import type { ArchitectureBlock, BlockKind } from './blocks.js';
import { formatCount, wholeCount } from './measures.js';
import type { ModelRow } from './models.js';
import type { ArchitecturesState } from './state.js';
import { say } from './strings.js';
import type { ArchitectureDrawing } from './tasks.js';

/** What `Drawings` is given. */
export interface DrawingsProps {
  readonly rows: readonly ModelRow[];
  readonly drawings: ReadonlyMap<string, ArchitectureDrawing | Error>;
  readonly state: ArchitecturesState;
}

const kinds = { convolution: 0, residual: 1, branches: 2, pooling: 3, dense: 4, other: 7 } as const satisfies Record<
  BlockKind,
  number
>;

/** Two or three architectures side by side: parts whose maps have been halved as often stand in one line. */
export function Drawings({ rows, drawings, state }: DrawingsProps): JSX.Element {
  const { view, block: open } = state.values.value;
  const columns = rows.map(({ name }) => drawings.get(name));
  const strides = [...new Set(columns.flatMap((one) => blocksIn(one).map(({ stride }) => stride)))].sort(
    (a, b) => (a || Infinity) - (b || Infinity),
  );
  const now = theme.value;
  return (
    <section class="architectures-drawings" aria-label={say.compared}>
      <header>
        <h2>{say.compared}</h2>
        {view === 'blocks' && (
          <ul class="architectures-legend">
            {(Object.keys(kinds) as BlockKind[]).map((kind) => {
              const { colour, sign } = classColour(kinds[kind], now);
              return (
                <li key={kind}>
                  <span aria-hidden="true" style={{ color: colour }}>
                    {sign}
                  </span>
                  {say[kind]}
                </li>
              );
            })}
            <li>{say.share}</li>
          </ul>
        )}
      </header>
      <div class="columns" style={{ '--count': rows.length }}>
        {rows.map(({ name, title, facts, problem }, i) => (
          <div key={name} class="head">
            <strong>{title}</strong>
            {facts && (
              <span>
                {`${formatCount(facts.parameters)} ${say['by parameters']} · ${formatCount(facts.multiplyAdds)} ${say['by multiply-adds']} · ${say['by depth']} ${facts.depth}`}
              </span>
            )}
            {columns[i] === undefined && problem === undefined && <span>{say.drawing}</span>}
            {columns[i] instanceof Error && <Notice>{columns[i].message}</Notice>}
          </div>
        ))}
        {view === 'picture' &&
          rows.map(({ name, title }, i) => {
            const drawing = columns[i];
            return (
              <div key={`${name} picture`} class="whole">
                {drawing && !(drawing instanceof Error) && <Picture drawing={drawing} title={title} />}
              </div>
            );
          })}
        {view === 'blocks' &&
          strides.map((stride) => (
            <Band key={stride} stride={stride}>
              {columns.map((one, i) => {
                const all = blocksIn(one);
                const most = Math.max(1, ...all.map(({ multiplyAdds }) => multiplyAdds));
                return (
                  <div key={rows[i].name} class="blocks" data-model={rows[i].name}>
                    {all.map((block, n) => {
                      const id = `${rows[i].name}/${n}`;
                      if (block.stride !== stride) return null;
                      return (
                        <BlockButton
                          key={id}
                          block={block}
                          share={block.multiplyAdds / most}
                          open={open === id}
                          onOpen={() => state.change({ block: open === id ? '' : id, at: rows[i].name })}
                        />
                      );
                    })}
                  </div>
                );
              })}
            </Band>
          ))}
      </div>
    </section>
  );
}

function blocksIn(drawing: ArchitectureDrawing | Error | undefined): readonly ArchitectureBlock[] {
  return drawing === undefined || drawing instanceof Error ? [] : drawing.blocks;
}

function Band({ stride, children }: { stride: number; children: JSX.Element[] }): JSX.Element {
  const said = stride === 0 ? say.bandVector : stride === 1 ? say.bandWhole : say.bandOf(stride);
  return (
    <>
      <div class="band">{said}</div>
      {children}
    </>
  );
}

interface BlockButtonProps {
  readonly block: ArchitectureBlock;
  readonly share: number;
  readonly open: boolean;
  readonly onOpen: () => void;
}

function BlockButton({ block, share, open, onOpen }: BlockButtonProps): JSX.Element {
  const { kind, kernel, repeats, output, parameters, multiplyAdds } = block;
  const { colour, sign } = classColour(kinds[kind], theme.value);
  return (
    <button
      type="button"
      class={`block${repeats > 1 ? ' repeated' : ''}`}
      aria-pressed={open}
      title={`${wholeCount(parameters)} ${say['by parameters']}, ${wholeCount(multiplyAdds)} ${say['by multiply-adds']}`}
      onClick={onOpen}
    >
      <span aria-hidden="true" style={{ color: colour }}>
        {sign}
      </span>
      <span class="kind">
        {say[kind]}
        {kernel !== '' && ` ${kernel}`}
        {repeats > 1 && <b> ×{repeats}</b>}
      </span>
      <span class="shape">{output.join('×')}</span>
      <span class="share" aria-hidden="true" style={{ '--share': share, '--colour': colour }} />
    </button>
  );
}

/** The architecture whole, as the library draws it: an image, so that nothing in it is markup of the page. */
function Picture({ drawing, title }: { drawing: ArchitectureDrawing; title: string }): JSX.Element {
  const blob = useMemo(() => new Blob([drawing.picture], { type: 'image/svg+xml' }), [drawing]);
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (address === undefined) return <span />;
  return (
    <>
      <img src={address} alt={say.pictureOf(title)} />
      <a class="button" href={address} download={`${title}.svg`}>
        {say.download}
      </a>
    </>
  );
}
