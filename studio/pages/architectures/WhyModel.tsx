import type { JSX } from 'preact';
import { formatBytes, formatDuration, formatNumber } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import type { ArchitectureBlock } from './blocks.js';
import { formatCount, wholeCount } from './measures.js';
import type { ModelRow } from './models.js';
import { say } from './strings.js';

/** A model in full numbers, and where it was published. */
export function WhyModel({ row }: { row: ModelRow }): JSX.Element {
  const { title, zoo, facts, accuracy, problem, time } = row;
  return (
    <section class="architectures-why">
      <h2>{title}</h2>
      {zoo && <p>{zoo.description}</p>}
      {problem !== undefined && <Notice>{problem}</Notice>}
      <dl>
        {accuracy && (
          <Fact said={say['by accuracy']} note={`${accuracy.on} top-1, ${accuracy.source}`}>
            {`${formatNumber(accuracy.top1, { digits: 2 })} %`}
          </Fact>
        )}
        {facts && (
          <>
            <Fact said={say.input}>{facts.input.join('×')}</Fact>
            <Fact said={say['by parameters']}>{wholeCount(facts.parameters)}</Fact>
            {facts.statistics > 0 && <Fact said={say.statistics}>{wholeCount(facts.statistics)}</Fact>}
            <Fact said={say['by multiply-adds']}>{wholeCount(facts.multiplyAdds)}</Fact>
            <Fact said={say['by flops']}>{wholeCount(facts.flops)}</Fact>
            <Fact said={say['by depth']} note={say.whyDepth}>
              {String(facts.depth)}
            </Fact>
            <Fact said={say.layers}>{String(facts.layers)}</Fact>
            <Fact said={say['by field']}>{facts.receptiveField?.join('×') ?? '–'}</Fact>
            <Fact
              said={say['by memory']}
              note={`${formatBytes(facts.memory.weights)} ${say.weights} + ${formatBytes(facts.memory.activations)} ${say.activations}`}
            >
              {formatBytes(facts.memory.weights + facts.memory.activations)}
            </Fact>
          </>
        )}
        {time !== undefined && <Fact said={say['by time']}>{formatDuration(time)}</Fact>}
        {zoo && <Fact said={say['by year']}>{String(zoo.paper.year)}</Fact>}
      </dl>
      {zoo && (
        <p>
          {say.published}:{' '}
          <a href={zoo.paper.url} target="_blank" rel="noreferrer">
            {zoo.paper.title}
          </a>
          , {zoo.paper.authors}
        </p>
      )}
      <p class="hint">{say.openBlock}</p>
    </section>
  );
}

function Fact({ said, note, children }: { said: string; note?: string; children: string }): JSX.Element {
  return (
    <div>
      <dt>{said}</dt>
      <dd class="number">{children}</dd>
      {note !== undefined && <dd class="note">{note}</dd>}
    </div>
  );
}

/** A block's layers: shapes, parameters, operations and receptive fields. */
export function WhyBlock({
  title,
  block,
  onClose,
}: {
  title: string;
  block: ArchitectureBlock;
  onClose: () => void;
}): JSX.Element {
  return (
    <section class="architectures-why">
      <h2>{say.blockOf(title)}</h2>
      <p>
        {say[block.kind]} {block.kernel} {block.repeats > 1 && `×${block.repeats}`}
      </p>
      <dl>
        <Fact said={say.output}>{block.output.join('×')}</Fact>
        <Fact said={say['by parameters']}>{wholeCount(block.parameters)}</Fact>
        <Fact said={say['by multiply-adds']}>{wholeCount(block.multiplyAdds)}</Fact>
        <Fact said={say['by flops']}>{wholeCount(block.flops)}</Fact>
        <Fact said={say['by field']}>{block.receptiveField?.join('×') ?? '–'}</Fact>
      </dl>
      <button type="button" onClick={onClose}>
        {say.closeBlock}
      </button>
      <h3>
        {block.layers.length} {say.layers}
      </h3>
      <ol>
        {block.layers.map((layer) => (
          <li key={layer.name}>
            <span class="name">{layer.name}</span>
            <span class="type">
              {layer.type} {layer.kernel}
            </span>
            <span class="number">{layer.output.join('×')}</span>
            <span class="facts">
              {[
                layer.parameters > 0 && `${wholeCount(layer.parameters)} ${say['by parameters']}`,
                layer.flops > 0 && `${formatCount(layer.flops)} ${say['by flops']}`,
                layer.receptiveField && `${say['by field']} ${layer.receptiveField.join('×')}`,
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
