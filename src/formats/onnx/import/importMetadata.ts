import type { GraphProto, ModelProto } from '../proto.js';

/** What the file is called; exporters call all graphs the same. */
export function nameOf(file: string, graph: GraphProto): string {
  const base = /([^/\\]+)\.onnx$/i.exec(file)?.[1] ?? graph.name ?? '';
  return base === '' ? 'onnx' : base.replace(/[\s/]+/g, '_');
}

/** What a model keeps of a file's free text. */
export function metadataOf({ metadataProps, producerName, producerVersion }: ModelProto): Record<string, string> {
  const own = metadataProps.map(({ key = '', value = '' }) => [key, value] as const);
  const producer = [producerName, producerVersion].filter(Boolean).join(' ');
  return { ...Object.fromEntries(own), ...(producer && { producer }) };
}

/** Under which keys exporters keep the names of classes. */
const keys = ['names', 'classes', 'class_names', 'classNames', 'labels'];

/** The names of the classes in a file's metadata: as JSON, as a Python dictionary {0: 'cat'}, or with commas between them. */
export function classNamesOf({ metadataProps }: ModelProto, classes: number): readonly string[] | undefined {
  for (const key of keys) {
    const text = metadataProps.find((entry) => entry.key?.toLowerCase() === key.toLowerCase())?.value;
    const names = text === undefined ? undefined : namesIn(text.trim());
    // Names of something else than this output's classes are left alone. A name may be there twice: ImageNet has two cranes.
    if (names?.length === classes) return names;
  }
  return undefined;
}

function namesIn(text: string): string[] {
  const json = parsed(text) ?? parsed(pythonAsJson(text));
  if (Array.isArray(json)) return json.map(String);
  if (typeof json === 'object' && json !== null) {
    const entries = Object.entries(json).map(([index, name]) => [Number(index), String(name)] as const);
    return entries.sort(([a], [b]) => a - b).map(([, name]) => name);
  }
  return text.split(/[,\n]/).map((name) => name.trim());
}

const pythonAsJson = (text: string): string =>
  text.replace(/([{,]\s*)(\d+)\s*:/g, '$1"$2":').replace(/'([^'"]*)'/g, '"$1"');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
