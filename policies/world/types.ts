/** What rules look at: the objects of a world and the workloads made of them. */
import type { Accelerators } from "../../sdk/catalog/acceleratorFamilies";
import type { Catalog } from "../../sdk/catalog/catalog";
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import type { NodePool } from "../../sdk/capacity/inventory/pools/nodePool";
import type { PodShape } from "../../sdk/capacity/placement/placement";
import type { KubernetesObject, PodSpec } from "../../sdk/kubernetes/core";
import type { HardwareProfile } from "../../sdk/kubernetes/hardwareProfile";
import type { InferenceService } from "../../sdk/kubernetes/kserve";
import type { ServerArguments } from "../../sdk/pod/arguments";
import type { Component, EffectivePod } from "../../sdk/pod/effectivePod";
import type { RuntimeResolution } from "../../sdk/pod/runtime";
import type { Kind } from "./kinds";
import type { Source } from "./source";

/** The object a finding is about: the one a person can edit. */
export interface ResourceRef {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** A field that a person can edit. */
export interface Place {
  resource: ResourceRef;
  path: string;
}

/** What a rule judges: anything that can be named in a finding. */
export interface RuleSubject {
  ref: ResourceRef;
  source: Source;
  /** Translates the path of an unknown value to the object and field that a person wrote. */
  locate?(path: string): Place | undefined;
}

/** An object with an identity and a source. */
export interface WorldObject<T extends KubernetesObject = KubernetesObject> {
  ref: ResourceRef;
  source: Source;
  /** The object for rules: reading a value that is known only after apply throws `UnknownValueError`. */
  object: T;
  /** The same object for merging, where such values are the symbol `UNKNOWN` and are copied along. */
  raw: T;
}

/** Something in the input that is no Kubernetes object: no rule can judge it. */
export interface MalformedObject {
  source: Source;
  /** One sentence: what is missing. */
  problem: string;
}

/** See {@link buildWorld}. */
export interface World {
  /** What is known of hardware, models and servers: the built-in entries with those of the user on top. */
  catalog: Catalog;
  /** Objects of the stack or the files, in the order given; these are judged. */
  judged: WorldObject[];
  /** Objects of the inventory that the stack or the files do not replace. */
  inventory: WorldObject[];
  malformed: MalformedObject[];
  /** Objects of a kind that will exist after the deployment: judged ones first, then the rest of the inventory. */
  list<T extends KubernetesObject>(kind: Kind<T>): WorldObject<T>[];
  /** Objects of a kind that are judged. */
  subjects<T extends KubernetesObject>(kind: Kind<T>): WorldObject<T>[];
  /** The object of that name, or `undefined`; `namespace` is ignored for kinds without one. */
  find<T extends KubernetesObject>(kind: Kind<T>, name: string, namespace?: string): WorldObject<T> | undefined;
  /** What the inventory holds under the identity of a judged object: its state before this deployment. */
  previous<T extends KubernetesObject>(object: WorldObject<T>): WorldObject<T> | undefined;
  /** Groups of judged objects that share one identity. */
  duplicates: WorldObject[][];
  /** The services that are judged, each with runtime, profile and pod. */
  readonly workloads: Workload[];
  /** Nodes with what they have left. @throws QuantityError when read, for an amount that is none */
  readonly nodes: ClusterNode[];
  /** Groups of nodes that an autoscaler can make larger. */
  readonly pools: NodePool[];
  /** The inventory alone: the cluster before this deployment. */
  readonly before: World;
  /** The object and field behind the path of an `UnknownValueError`, such as `Route[models/granite].spec.host`. */
  locate(path: string): Place | undefined;
  /** Whether the inventory holds any object of a kind, replaced ones included. */
  inventoryHas(kind: Kind): boolean;
}

/** The hardware profile that a service's annotations name. */
export type ProfileReference =
  | { state: "none" }
  | { state: "found"; profile: WorldObject<HardwareProfile> }
  /** Named, but neither in the stack nor in the inventory: what it adds to the pod is not known. */
  | { state: "missing"; name: string; namespace: string };

/** A Deployment of a service, with its pods as they arrive at the scheduler. */
export interface WorkloadComponent {
  component: Component;
  deployment: string;
  pod: EffectivePod;
  shape: PodShape;
  /** What quotas count, once LimitRanges have filled in their defaults. */
  counted: () => PodSpec;
}

/** See {@link workloadOf}. Everything is computed when it is first read. */
export interface Workload extends RuleSubject {
  /** Reading an unknown value in it throws `UnknownValueError`. */
  service: InferenceService;
  /** `Standard` or `Knative`, in today's spelling. */
  mode: string;
  resolution: RuntimeResolution;
  profile: ProfileReference;
  /** The pod; `undefined` when no runtime is found. Reading an unknown value in it throws `UnknownValueError`. */
  pod: EffectivePod | undefined;
  /** The same service before this deployment; `undefined` when it is new. */
  earlier: Workload | undefined;
  /** Where its pods may run, as they arrive at the scheduler; `undefined` without a pod. */
  shape: PodShape | undefined;
  /** Every Deployment of the service, the predictor's first; none without a runtime. @throws UnknownValueError when read */
  components: WorkloadComponent[];
  /** Arguments of the main container; none without a pod. */
  arguments: ServerArguments;
  /** Accelerators that the main container asks for (its limits, or requests where there is no limit). */
  accelerators: Accelerators[];
  /** Where a person wrote a value of the pod, such as `spec.containers[0].args[2]`; `undefined` if a controller put it. */
  placeOf(path: string): Place | undefined;
  /** The one of some places to edit: the service before the runtime before the profile; the predictor when there is none. */
  editable(places: (Place | undefined)[]): Place;
}
