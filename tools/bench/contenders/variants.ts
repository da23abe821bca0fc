/** The same resources before the edit that is measured, and after it. */
export interface Variants<T> {
  readonly before: T;
  readonly after: T;
}

export function mapped<T, U>({ before, after }: Variants<T>, change: (one: T) => U): Variants<U> {
  return { before: change(before), after: change(after) };
}
