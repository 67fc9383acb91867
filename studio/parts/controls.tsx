import { useId, useState } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import { say } from './strings.js';

/** A group of controls under a heading. */
export function Group({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  const id = useId();
  return (
    <section class="group" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** What `Stepper` is given. */
export interface StepperProps {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly by?: number;
  /** How the number is shown. */
  readonly write?: (value: number) => string;
  readonly onChange: (value: number) => void;
}

/** A whole number with a button on each side. */
export function Stepper({ label, value, least, most, by = 1, write = String, onChange }: StepperProps): JSX.Element {
  return (
    <div class="row" role="group" aria-label={label}>
      <span class="label">{label}</span>
      <span class="stepper">
        <button
          type="button"
          aria-label={`${label}: ${say.less}`}
          disabled={value <= least}
          onClick={() => onChange(value - by)}
        >
          −
        </button>
        <output class="number">{write(value)}</output>
        <button
          type="button"
          aria-label={`${label}: ${say.more}`}
          disabled={value >= most}
          onClick={() => onChange(value + by)}
        >
          +
        </button>
      </span>
    </div>
  );
}

/** What `Choice` is given. */
export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, said: string])[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few words, side by side. */
export function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>): JSX.Element {
  const id = useId();
  return (
    <div class="row" role="radiogroup" aria-label={label}>
      <span class="label">{label}</span>
      <span class="choice">
        {options.map(([option, said]) => (
          <label key={option} class={option === value ? 'chosen' : ''}>
            <input type="radio" name={id} checked={option === value} onChange={() => onChange(option)} />
            {said}
          </label>
        ))}
      </span>
    </div>
  );
}

/** What `Select` is given. */
export interface SelectProps<T extends string> extends Omit<ChoiceProps<T>, 'value'> {
  /** undefined: none yet. */
  readonly value: T | undefined;
  readonly disabled?: boolean;
  /** How label and list stand to each other. */
  readonly look?: string;
}

/** One of a list that folds out. */
export function Select<T extends string>({
  label,
  options,
  value,
  onChange,
  disabled = false,
  look = 'row',
}: SelectProps<T>): JSX.Element {
  return (
    <label class={look}>
      <span class="label">{label}</span>
      <select value={value} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value as T)}>
        {options.map(([option, said]) => (
          <option key={option} value={option}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What `Toggle` is given. */
export interface ToggleProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

/** On or off. */
export function Toggle({ label, value, onChange }: ToggleProps): JSX.Element {
  return (
    <label class="row toggle">
      <span class="label">{label}</span>
      <input type="checkbox" role="switch" checked={value} onChange={() => onChange(!value)} />
    </label>
  );
}

/** What `Slider` is given. */
export interface SliderProps extends StepperProps {
  /** Keeps the label for those who do not see it. */
  readonly bare?: boolean;
}

/** A number of a range, by a thumb that slides. */
export function Slider({
  label,
  value,
  least,
  most,
  by = 1,
  write = String,
  onChange,
  bare,
}: SliderProps): JSX.Element {
  const slider = (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={write(value)}
      min={least}
      max={most}
      step={by}
      value={value}
      onInput={(event) => onChange(Number(event.currentTarget.value))}
    />
  );
  if (bare) return slider;
  return (
    <div class="slider">
      <span class="label">{label}</span>
      <output class="number">{write(value)}</output>
      {slider}
    </div>
  );
}

/** Copies a text, and says so for a moment. */
export function CopyButton({ text }: { text: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()}>
      {copied ? say.copied : say.copy}
    </button>
  );
}
