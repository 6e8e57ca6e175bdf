/**
 * Variables of a container as KServe sets them: by name, leaving in place what else a variable of that name says.
 * Upstream: kserve/kserve `pkg/utils/utils.go` (AddOrReplaceEnv, MergeEnvs, AppendEnvVarIfNotExists),
 * `pkg/controller/v1beta1/inferenceservice/utils/utils.go` (AddEnvVarToPodSpec).
 */
import { added, append, field, isUnknown, items, text, type Traced, withField } from "./traced";

/** The variable of that name. */
export function variableNamed(container: Traced | undefined, name: string): Traced | undefined {
  return items(field(container, "env")).find((variable) => text(field(variable, "name")) === name);
}

/** The container with a variable set to a value; a reference in a variable of that name stays beside it, as upstream. */
export function withVariable(container: Traced, name: string, value: Traced | undefined): Traced {
  const env = field(container, "env");
  if (isUnknown(env)) return container;
  const position = items(env).findIndex((variable) => text(field(variable, "name")) === name);
  const old = items(env)[position] ?? added({ name });
  const variables = [...items(env)];
  variables.splice(position < 0 ? variables.length : position, 1, withField(old, "value", value));
  return withField(container, "env", { kind: "list", items: variables, origin: env?.origin });
}

/** The container with a variable that is set only where there is none of that name. */
export function withVariableDefault(container: Traced, name: string, value: Traced | undefined): Traced {
  if (variableNamed(container, name) !== undefined) return container;
  return withVariables(container, [withField(added({ name }), "value", value)]);
}

/** The container with variables at the end of its list. */
export function withVariables(container: Traced, variables: readonly Traced[]): Traced {
  return variables.length === 0
    ? container
    : withField(container, "env", append(field(container, "env"), ...variables));
}

/** A plain variable. */
export function variable(name: string, value: string): Traced {
  return added({ name, value });
}
