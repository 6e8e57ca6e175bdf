/** Labels of everything this project makes. */
import { labels } from "./kserve";

/** Label of everything that this project makes. */
export const MANAGED: Readonly<Record<string, string>> = { [labels.managedBy]: "pulumi" };

/**
 * Labels by which one selector finds everything that belongs to a model.
 * @requirement OP-4
 */
export function ownership(name: string): Record<string, string> {
  return { [labels.instance]: name, ...MANAGED };
}
