/** Where the stand-in finds Google's interfaces. */
const ORIGIN_VARIABLE = "SIGHTLINE_TEST_GOOGLE_ORIGIN";
const TOKEN_VARIABLE = "SIGHTLINE_TEST_GOOGLE_TOKEN";
/** What whoever runs Pulumi shows; may do all. */
export const OWNER_TOKEN = "owner";

export function apiEnvironment(origin: string): Readonly<Record<string, string>> {
  return { [ORIGIN_VARIABLE]: origin, [TOKEN_VARIABLE]: OWNER_TOKEN };
}

/** A refusal in the words of Google's clients. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(`googleapi: Error ${status}: ${message}`);
  }
}

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
type Json = Readonly<Record<string, unknown>>;

/** @throws ApiError for every status but success */
export async function ask<T = Json>(method: Method, path: string, body?: object): Promise<T> {
  const origin = process.env[ORIGIN_VARIABLE];
  // Without it a test would believe to have met a cloud.
  if (origin === undefined) throw new Error(`${ORIGIN_VARIABLE} is not set`);
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${process.env[TOKEN_VARIABLE] ?? ""}`,
      "Content-Type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = (text === "" ? {} : JSON.parse(text)) as T & { error?: { message?: string } };
  if (answer.ok) return json;
  throw new ApiError(answer.status, json.error?.message ?? answer.statusText);
}

/** What is asked for, or nothing where it is gone. */
export async function find<T>(path: string): Promise<T | undefined> {
  try {
    return await ask<T>("GET", path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Takes away what may be gone already. */
export async function takeAway(path: string): Promise<void> {
  try {
    await ask("DELETE", path);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
