import { fetchDashboards, type Outcome, wantedDashboards } from "../dashboards/community";
import { stackFile } from "../stack/stack";

/** Fetches the community dashboards of a stack, and fails if one cannot be had. */
export async function dashboards({ stack }: { readonly stack: string }): Promise<void> {
  const outcomes = await fetchCommunityDashboards(stackFile(stack));
  if (outcomes.length === 0) console.log("The settings name no community dashboards.");
  if (outcomes.some(({ kept }) => !kept)) process.exitCode = 1;
}

/** Fetches what is not there yet and says what became of each. Without one the stack still works. */
export async function fetchCommunityDashboards(file: string): Promise<readonly Outcome[]> {
  const outcomes = await fetchDashboards(await wantedDashboards(file));
  for (const { kept, message } of outcomes) {
    if (kept) console.log(message);
    else console.warn(`Left out: ${message}`);
  }
  return outcomes;
}
