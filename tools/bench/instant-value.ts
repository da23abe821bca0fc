/** The value of a query whose answer is one series. @throws Error where it is none */
export async function instantValue(origin: string, query: string): Promise<number> {
  const answer = await fetch(`${origin}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const { data } = (await answer.json()) as {
    data: { result: readonly { value: readonly [number, string] }[] };
  };
  const [first] = data.result;
  if (!first) throw new Error(`Prometheus knows nothing of ${query}`);
  return Number(first.value[1]);
}
