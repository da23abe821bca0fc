/** What a cloud answers, or how it refuses. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {}

  static ok(body: object): Answer {
    return new Answer(200, body);
  }

  static refusal(status: number, message: string): Answer {
    return new Answer(status, { error: { code: status, message } });
  }
}

/** One request, as the parts of a cloud read it. */
export interface Call {
  readonly method: string;
  /** Without the query; what is escaped in it still is. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}
