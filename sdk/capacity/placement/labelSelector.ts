/** Label selectors of pods and namespaces. Upstream: kubernetes/apimachinery `pkg/apis/meta/v1/helpers.go`. */

export type Labels = Readonly<Record<string, string>>;

export interface LabelRequirement {
  key: string;
  operator: string;
  values?: readonly string[] | undefined;
}

export interface LabelSelector {
  matchLabels?: Labels | undefined;
  matchExpressions?: readonly LabelRequirement[] | undefined;
}

/** Whether a selector matches; an absent one matches nothing, an empty one everything. */
export function selectorMatches(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => requirementMatches(requirement, labels))
  );
}

/** Whether a selector says nothing, and so matches everything. */
export function isEmptySelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

/** A label that everything selected must carry with this value; `undefined` where no single one is needed. */
export function neededLabel(selector: LabelSelector): [key: string, value: string] | undefined {
  const [first] = Object.entries(selector.matchLabels ?? {});
  if (first !== undefined) return first;
  const exact = (selector.matchExpressions ?? []).find(
    ({ operator, values = [] }) => operator === "In" && values.length === 1,
  );
  const value = exact?.values?.[0];
  return exact === undefined || value === undefined ? undefined : [exact.key, value];
}

/** A selector narrowed to pods that have the same value for some labels as one pod; labels it lacks are ignored. */
export function narrowed(
  selector: LabelSelector | undefined,
  labels: Labels,
  same: readonly string[],
  other: readonly string[] = [],
): LabelSelector | undefined {
  if (selector === undefined || same.length + other.length === 0) return selector;
  const requirements = [
    ...same.map((key) => ({ key, operator: "In", value: labels[key] })),
    ...other.map((key) => ({ key, operator: "NotIn", value: labels[key] })),
  ].flatMap(({ key, operator, value }) => (value === undefined ? [] : [{ key, operator, values: [value] }]));
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...requirements] };
}

function requirementMatches({ key, operator, values = [] }: LabelRequirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
