// Builds the documentation site into docs-site/: the guides, and an API reference made from the comments in the sources.
// What it shows follows from elsewhere: the entry points from package.json's `exports`, the order of the guides from the
// table in README.md, their titles from their first lines. Broken links and anchors make it fail.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The source file behind each import path: `striate` → src/index.node.ts, which has all of the browser's and more. */
const entryPoints = Object.fromEntries(
  Object.entries(exports)
    .map(([path, target]) => [posix.join(name, path), target.node?.types ?? target.types])
    .filter(([, types]) => types)
    .map(([path, types]) => [path, types.replace('./dist/', 'src/').replace('.d.ts', '.ts')]),
);

/** The guides: those of README.md's table of them, in its order, then all others. */
const linked = [...readFileSync('README.md', 'utf8').matchAll(/^\| \[.*?\]\(([\w./-]+\.md)\)/gm)].map(
  ([, path]) => path,
);
const present = readdirSync('docs')
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`);
const guides = [...new Set([...linked, ...present])];

/** A tag that puts a page under a heading of the index and the side bar. */
const tagged = (tag, text) => new CommentTag(tag, [{ kind: 'text', text }]);

/** Guides are called by their first line, not by their file. */
function titleGuides(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const heading = /^# (.+)\n/.exec(document.content[0].text);
    if (heading) document.name = heading[1];
  });
}

/** The reference is ordered by the folder of `src` that a name comes from, so that layers stand with layers. */
function groupByFolder(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0].getSourceFile().fileName;
    if (!file) return;
    const source = relative('.', file).replaceAll('\\', '/');
    if (reflection.kindOf(ReflectionKind.Module)) {
      reflection.name = Object.keys(entryPoints).find((path) => entryPoints[path] === source) ?? reflection.name;
    } else if (reflection.parent?.kindOf([ReflectionKind.Project, ReflectionKind.Module])) {
      const folder = /^src\/(\w+)\//.exec(source)?.[1] ?? 'general';
      reflection.comment ??= new Comment();
      reflection.comment.blockTags.push(tagged('@category', folder[0].toUpperCase() + folder.slice(1)));
    }
  });
}

const app = await Application.bootstrap({
  name: 'Striate',
  entryPoints: Object.values(entryPoints),
  tsconfig: 'tsconfig.build.json',
  out: process.argv[2] ?? 'docs-site',
  readme: 'README.md',
  projectDocuments: guides,
  basePath: '.',
  customCss: 'scripts/docs.css',
  highlightLanguages: ['typescript', 'tsx', 'javascript', 'python', 'json', 'html', 'shellscript', 'console'],
  sort: ['documents-first', 'kind', 'alphabetical-ignoring-documents'],
  groupOrder: ['Documents', '*'],
  categorizeByGroup: false,
  defaultCategory: 'Guides',
  categoryOrder: ['Guides', '*'],
  navigation: { includeCategories: true, includeGroups: false, includeFolders: false },
  headings: { readme: false, document: false },
  searchInComments: true,
  searchInDocuments: true,
  excludeInternal: true,
  excludePrivate: true,
  githubPages: false,
  // Links into a repository would depend on where the clone came from.
  disableSources: true,
  hideGenerator: true,
  useFirstParagraphOfCommentAsSummary: true,
  // Types that are used but cannot be imported are left out on purpose.
  validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: true },
  treatWarningsAsErrors: true,
});
titleGuides(app);
groupByFolder(app);
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
