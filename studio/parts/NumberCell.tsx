import type { JSX } from 'preact';
import { formatNumber, fullNumber, type NumberFormat } from './formatNumber.js';

/** What `NumberCell` is given. */
export interface NumberCellProps extends NumberFormat {
  readonly value: number;
  /** Behind the number: ms, MB, %. */
  readonly unit?: string;
  /** The address of where the number comes from: a number is a place one can go to. */
  readonly to?: string;
  /** What pointing at it shows, as in the panel beside; its full value shows in any case. */
  readonly onPoint?: () => void;
}

/** A number, to the right of its cell, with its full value for who points at it, and a way to where it comes from. */
export function NumberCell({ value, unit, to, onPoint, ...format }: NumberCellProps): JSX.Element {
  const text = `${formatNumber(value, format)}${unit === undefined ? '' : ` ${unit}`}`;
  const given = { class: 'number', title: fullNumber(value), onPointerEnter: onPoint, onFocus: onPoint };
  if (to !== undefined) {
    return (
      <a href={to} {...given}>
        {text}
      </a>
    );
  }
  return (
    <span tabIndex={onPoint ? 0 : undefined} {...given}>
      {text}
    </span>
  );
}
