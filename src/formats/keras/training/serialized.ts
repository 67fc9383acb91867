import { isJson, type Json } from '../json.js';
import { originOf } from '../read/origin.js';
import { camelCase } from '../spelling.js';

/** A serialized object's class or name and settings. */
export function named(value: unknown): { readonly name: string; readonly config: Json } {
  if (typeof value === 'string') return { name: value, config: {} };
  if (!isJson(value)) return { name: '', config: {} };
  // Keras 3 writes a function by its name in place of settings.
  if (value.class_name === 'function')
    return { name: typeof value.config === 'string' ? value.config : '', config: {} };
  const config = isJson(value.config) ? value.config : {};
  return { name: typeof value.class_name === 'string' ? value.class_name.replace(/^keras>/i, '') : '', config };
}

/** A name without regard to how its words are joined: `BinaryAccuracy` and `binary_accuracy`. */
export const alike = (name: string): string => camelCase(name).toLowerCase();

/** What a serialized object is called in notes. */
export function titleOf(value: unknown): string {
  const { name, config } = named(value);
  const own = typeof config.name === 'string' ? config.name : '';
  // What wraps a function is called after it.
  return originOf(value) ?? ((name.endsWith('Wrapper') && own) || name || own || 'of its own');
}

/** Notes what is left out. */
export type Note = (what: string) => void;

/** Settings that change how fast a step is and not what it computes. */
const technical = [
  'auto_scale_loss',
  'dtype',
  'fn',
  'is_legacy_optimizer',
  'jit_compile',
  'name',
  'run_eagerly',
  'steps_per_execution',
  'from_serialized',
];

/** Whether a setting is none. */
export const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** Whether a setting is as good as none. */
export const isOff = (value: unknown): boolean => isMissing(value) || value === false || value === 0;

/** Notes the settings of a serialized object that are on and not read. */
export function noteOthers(config: Json, read: readonly string[], note: Note, whose: string): void {
  for (const [key, value] of Object.entries(config)) {
    if (!isOff(value) && !read.includes(key) && !technical.includes(key)) note(`${whose} ${key}`);
  }
}

/** Settings that are whole numbers in Python. */
const counts = new Set([
  ...['decay_steps', 'first_decay_steps', 'warmup_steps', 'boundaries', 'ema_overwrite_frequency'],
  ...['gradient_accumulation_steps', 'num_thresholds', 'k', 'class_id', 'axis', 'target_class_ids', 'num_classes'],
  ...['ignore_class', 'num_labels', 'steps_per_execution'],
]);

/** Settings as JSON in which Python finds its numbers of either kind: a learning rate of 1 must be written 1.0. */
export function pythonJson(value: unknown, key = ''): string {
  if (typeof value === 'number') {
    const text = JSON.stringify(value);
    return /^-?\d+$/.test(text) && !counts.has(key) ? `${text}.0` : text;
  }
  if (Array.isArray(value)) return `[${value.map((one) => pythonJson(one, key)).join(',')}]`;
  if (!isJson(value)) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${pythonJson(one, name)}`).join(',')}}`;
}

/** The shortest number that is the same in float32, in which Keras holds some settings: 0.001 for 0.0010000000474974513. */
export function fromFloat32(value: number): number {
  if (Math.fround(value) !== value) return value;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
