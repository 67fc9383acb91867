import { computed, type ReadonlySignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { address, formatAddress, go, type Change } from './address/address.js';
import { readQuery, writeQuery, type AddressProblem } from './address/query.js';
import type { Parameters, Values } from './address/parameters.js';
import type { Language } from './language/language.js';

/** What a page's view is given: its state, which is the address. */
export interface PageState<P extends Parameters> {
  /** The values of the page's parameters. */
  readonly values: ReadonlySignal<Values<P>>;
  /** What the address says that the page cannot follow. */
  readonly problems: ReadonlySignal<readonly AddressProblem[]>;
  /** Changes some values: `step` (the default) can be gone back to, `slide` cannot. */
  readonly change: (part: Partial<Values<P>>, change?: Change) => void;
  /** The address with some values changed, for links. */
  readonly link: (part: Partial<Values<P>>) => string;
}

/** A page of the studio: a line of its table, and a view that is loaded when it is first opened. */
export interface Page<P extends Parameters = Parameters> {
  /** Its word in the address. */
  readonly name: string;
  readonly title: Readonly<Record<Language, string>>;
  /** The first sentence, which says what can be done here. */
  readonly sentence: Readonly<Record<Language, string>>;
  readonly parameters: P;
  /** What the page opens on where its address says nothing, as behind the question mark: something alive. */
  readonly opening?: string;
  load(): Promise<FunctionComponent<{ readonly state: PageState<P> }>>;
}

/** A page of the table, whatever its parameters. */
export type AnyPage = Omit<Page, 'load'> & {
  load(): Promise<FunctionComponent<{ readonly state: PageState<Parameters> }>>;
};

/** Gives a page its types. */
export function definePage<const P extends Parameters>(page: Page<P>): AnyPage {
  return page as unknown as AnyPage;
}

/** The address of a page with values, where others are as in the beginning. */
export function pageAddress<P extends Parameters>(page: Page<P>, part: Partial<Values<P>> = {}): string {
  const { values } = readQuery(page.parameters, '');
  return formatAddress({ page: page.name, query: writeQuery(page.parameters, { ...values, ...part }) });
}

/**
 * The state of a page that is open.
 *
 * @param query what the address says of it: that of the address itself, or of a step of the tour
 */
export function pageState<P extends Parameters>(page: Page<P>, query: ReadonlySignal<string>): PageState<P> {
  const read = computed(() => readQuery(page.parameters, query.value));
  const values = computed(() => read.value.values);
  const written = (part: Partial<Values<P>>): string => writeQuery(page.parameters, { ...values.value, ...part });
  return {
    values,
    problems: computed(() => read.value.problems),
    change: (part, change) => go({ page: page.name, query: withTour(written(part)) }, change),
    link: (part) => formatAddress({ page: page.name, query: withTour(written(part)) }),
  };
}

/** The step of the tour that the address is at: `#/tour/7`, or `tour=7` where its page was changed since; 0 for none. */
export const tourStep: ReadonlySignal<number> = computed(() => {
  const { page, query } = address.value;
  const found = /^tour\/(\d{1,3})$/.exec(page) ?? /(?:^|&)tour=(\d{1,3})(?:&|$)/.exec(query);
  return found ? Number(found[1]) : 0;
});

/** What the address says besides the step of the tour. */
export function withoutTour(query: string): string {
  return query
    .split('&')
    .filter((part) => !/^tour=\d{1,3}$/.test(part))
    .join('&');
}

function withTour(query: string): string {
  const step = tourStep.value;
  return step === 0 ? query : [query, `tour=${step}`].filter(Boolean).join('&');
}
