/** The kinds of columns that records are made of. */
import type { Column } from '../define.ts'

export const text: Column<string> = { kind: 'text' }
export const bool: Column<boolean> = { kind: 'bool' }
export const int: Column<number> = { kind: 'int' }
/** Empty in the file means null. */
export const maybeInt: Column<number | null> = { kind: 'int', nullable: true }
/** ISO 8601 UTC with milliseconds; the empty string means never. */
export const time: Column<string> = { kind: 'time' }
/** Any JSON; an empty cell means `empty`. */
export const json = <T>(empty: T): Column<T> => ({ kind: 'json', empty })
