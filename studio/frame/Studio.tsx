import { computed } from '@preact/signals';
import { Component, type ComponentChildren, type FunctionComponent, type JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { address, formatAddress } from '../address/address.js';
import { say as ofAddress } from '../address/strings.js';
import type { Parameters } from '../address/parameters.js';
import { theme, toggleTheme } from '../design/theme.js';
import { useKeys } from '../keys/keys.js';
import { language, toggleLanguage } from '../language/language.js';
import { pageState, withoutTour, type AnyPage, type PageState } from '../page.js';
import { pages } from '../pages/pages.js';
import { Notice } from '../parts/Notice.js';
import { tourSteps } from '../tour/tour.js';
import { KeptList } from './KeptList.js';
import { KeyList } from './KeyList.js';
import { StatusLine } from './StatusLine.js';
import { say } from './strings.js';

/** What the address opens: a page, and what it says of its state. A step of the tour is a state of a page. */
const opened = computed<{ readonly page: AnyPage | undefined; readonly query: string }>(() => {
  const { page: name, query } = address.value;
  const all = pages();
  const step = /^tour\/(\d+)$/.exec(name);
  if (step) {
    const found = tourSteps()[Number(step[1]) - 1];
    if (found) return { page: all.find((page) => page.name === found.page), query: found.query };
  }
  const page = name === '' ? all[0] : all.find((one) => one.name === name);
  const own = withoutTour(query);
  return { page, query: own === '' ? (page?.opening ?? '') : own };
});

const openedPage = computed(() => opened.value.page);
const openedQuery = computed(() => opened.value.query);

/** The whole studio: the line of pages, the page that the address names, the status line. */
export function Studio(): JSX.Element {
  const [keys, setKeys] = useState(false);
  const [kept, setKept] = useState(false);
  useKeys(
    useMemo(
      () => [
        { key: '?', said: { en: 'list the keys', ko: '단축키 보기' }, run: () => setKeys(true) },
        { key: 'd', said: { en: 'dark or light', ko: '어둡게 또는 밝게' }, run: toggleTheme },
        { key: 'l', said: { en: 'other language', ko: '다른 언어' }, run: toggleLanguage },
      ],
      [],
    ),
  );
  const page = openedPage.value;
  useEffect(() => {
    document.title = page ? `${page.title[language.value]} · Striate` : 'Striate';
  }, [page, language.value]);
  return (
    <div class="studio">
      <header class="line">
        <a class="skip" href="#page" onClick={skipToPage}>
          {say.skip}
        </a>
        <a class="brand" href="#/">
          Striate
        </a>
        <nav aria-label={say.pages}>
          {pages().map(({ name, title }) => (
            <a key={name} href={`#/${name}`} aria-current={name === page?.name ? 'page' : undefined}>
              {title[language.value]}
            </a>
          ))}
        </nav>
        <span class="space" />
        <button
          type="button"
          class="quiet"
          aria-label={theme.value === 'dark' ? say.toLight : say.toDark}
          onClick={toggleTheme}
        >
          ◐
        </button>
        <button type="button" class="quiet" lang={language.value === 'en' ? 'ko' : 'en'} onClick={toggleLanguage}>
          {say.otherLanguage}
        </button>
        <button type="button" class="quiet" aria-label={say.listKeys} onClick={() => setKeys(true)}>
          ?
        </button>
      </header>
      {page ? (
        <Failing key={page.name}>
          <Opened page={page} />
        </Failing>
      ) : (
        <NoPage />
      )}
      <StatusLine onKept={() => setKept(true)} />
      {kept && <KeptList onClose={() => setKept(false)} />}
      {keys && <KeyList onClose={() => setKeys(false)} />}
    </div>
  );
}

/** The page itself, once its part of the program is there. */
function Opened({ page }: { page: AnyPage }): JSX.Element {
  const [view, setView] = useState<
    { readonly View: FunctionComponent<{ state: PageState<Parameters> }> } | undefined
  >();
  const state = useMemo(() => pageState(page, openedQuery), [page]);
  useEffect(() => {
    let isOpen = true;
    void page.load().then((View) => isOpen && setView({ View }));
    return () => {
      isOpen = false;
    };
  }, [page]);
  const { problems } = state;
  return (
    <>
      {problems.value.length > 0 && (
        <div class="problems">
          {problems.value.map(({ name, said }) => (
            <Notice key={name}>{said}</Notice>
          ))}
        </div>
      )}
      {view ? <view.View state={state} /> : <main class="opening">{say.loading}</main>}
    </>
  );
}

function NoPage(): JSX.Element {
  const names = pages().map(({ name }) => name);
  return (
    <main class="opening">
      <Notice>{ofAddress.noPage(address.value.page, names.join(', '))}</Notice>
      <p>
        <a href={formatAddress({ page: names[0], query: '' })}>{pages()[0].title[language.value]}</a>
      </p>
    </main>
  );
}

/** The link is no address of a page: it moves the focus alone. */
function skipToPage(event: Event): void {
  event.preventDefault();
  document.getElementById('page')?.focus();
}

/** Shows what stopped a page, with the rest of the studio still there. */
class Failing extends Component<{ children: ComponentChildren }, { error: Error | undefined }> {
  override state = { error: undefined as Error | undefined };

  static override getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ComponentChildren {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main class="opening">
        <Notice>
          {say.failed} {error.message} {say.reload}
        </Notice>
      </main>
    );
  }
}
