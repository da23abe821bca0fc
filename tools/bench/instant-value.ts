/** The series that an instant query finds; of a range selector, with all their samples. */
export async function instantQuery<Series>(
  origin: string,
  query: string,
): Promise<readonly Series[]> {
  const answer = await fetch(`${origin}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as { data: { result: readonly Series[] } };
  return data.result;
}

/** The value of a query whose answer is one series; undefined where it is none. */
export async function instantValue(origin: string, query: string): Promise<number | undefined> {
  const [first] = await instantQuery<{ value: readonly [number, string] }>(origin, query);
  return first && Number(first.value[1]);
}
