/** A question that could not be put, and what would make it possible. */
export class CannotAsk extends Error {
  override readonly name = "CannotAsk";

  constructor(
    why: string,
    readonly fix: string,
  ) {
    super(why);
  }
}
