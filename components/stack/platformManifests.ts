/** What the platform layer of a stack makes, as far as it can be said without Pulumi. */
import { operatorCoordinates } from "../../sdk/catalog/operators";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { acceleratorsSchema } from "../../sdk/spec/accelerators/accelerators";
import { acceleratorsRules } from "../../sdk/spec/accelerators/rules";
import { queuesRules, queuesSchema } from "../../sdk/spec/platform/queues";
import { parseSpec } from "../../sdk/spec/schema/validate";
import type { Provision } from "../../sdk/spec/schema/provision";
import type { ServingStackSpec } from "../../sdk/spec/stack/servingStack";
import { acceleratorPlan } from "../accelerators/acceleratorPlan";
import type { InstallationPlan } from "../accelerators/plan";
import type { OperatorInstallation } from "../installation/operatorManifests";
import { operatorManifests, operatorWith } from "../installation/operatorManifests";
import { DEPENDENCIES } from "../platform/openShiftOperands";
import { clusterQueueManifest, localQueueManifest, resourceFlavorManifest } from "../platform/queueManifests";

/** Objects in stand-up order, and the names of what only Pulumi can make. */
export interface Rendering {
  objects: KubernetesObject[];
  /** Such as `Helm release kueue`. */
  notRendered: string[];
}

const INSTALLED = {
  openShiftAI: "install.openShiftAI: its operators and their objects, which follow one another on the cluster",
  kserve: "install.kserve: Helm releases",
  kubeAI: "install.kubeAI: a Helm release",
} as const;

/** Platforms, operators of accelerators, queues. */
export function platformRendering({ install, accelerators, queues }: ServingStackSpec): Rendering {
  const parts = Object.keys(INSTALLED) as (keyof typeof INSTALLED)[];
  const installed = parts.filter((part) => install?.[part] !== undefined).map((part) => INSTALLED[part]);
  return joined([
    { objects: [], notRendered: installed },
    ...(accelerators === undefined ? [] : [acceleratorRendering(accelerators)]),
    ...(queues === undefined ? [] : [queueRendering(queues)]),
  ]);
}

function acceleratorRendering(args: object): Rendering {
  const plan = acceleratorPlan(parseSpec(acceleratorsSchema, acceleratorsRules, args, "accelerators"));
  const all: InstallationPlan[] = [...Object.values(plan.shared), ...plan.operators];
  return joined(
    all.map(({ operator, chart, provision, operands, suffix }) => ({
      objects: [...operatorObjects(operator, provision), ...operands.map(({ manifest }) => manifest)],
      notRendered: chart !== undefined && provision === "create" ? [`accelerators: the Helm release of ${suffix}`] : [],
    })),
  );
}

function queueRendering(args: object): Rendering {
  const spec = parseSpec(queuesSchema, queuesRules, args, "queues");
  const byHelm = spec.installer === "helm";
  const { operator, operand } = DEPENDENCIES.kueue;
  const subscription = operatorWith(operatorCoordinates(operator), spec.operatorSettings);
  const installed = byHelm ? [] : operatorObjects(subscription, spec.kueue);
  const operands = byHelm || spec.kueue !== "create" || operand === undefined ? [] : [operand];
  return {
    objects: [
      ...installed,
      ...operands,
      ...Object.entries(spec.flavors).map(([name, flavor]) => resourceFlavorManifest(name, flavor, spec.api)),
      ...Object.entries(spec.clusterQueues).map(([name, queue]) => clusterQueueManifest(name, queue, spec)),
      ...spec.localQueues.map((queue) => localQueueManifest(queue, spec.api)),
    ],
    notRendered: byHelm && spec.kueue === "create" ? ["queues: the Helm release of kueue"] : [],
  };
}

function operatorObjects(operator: OperatorInstallation | undefined, provision: Provision): KubernetesObject[] {
  if (operator === undefined || provision !== "create") return [];
  const { namespace, operatorGroup, subscription } = operatorManifests(operator);
  return [namespace, operatorGroup, subscription].filter((object) => object !== undefined);
}

/** One after the other. */
export function joined(renderings: readonly Rendering[]): Rendering {
  return {
    objects: renderings.flatMap(({ objects }) => objects),
    notRendered: renderings.flatMap(({ notRendered }) => notRendered),
  };
}
