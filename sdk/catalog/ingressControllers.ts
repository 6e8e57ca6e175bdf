/** What controllers of Ingress objects read from annotations, since the object itself has no words for it. */
import controllers from "./ingressControllers.json";

/** Annotations of one controller; `${seconds}` stands for a time-out. */
export interface IngressController {
  name: string;
  /** Usual names of its IngressClass. */
  classNames: string[];
  timeout: Record<string, string>;
  /** Leaves no way in by plain HTTP. */
  redirect: Record<string, string>;
  /** For a back end that speaks gRPC. */
  grpc: Record<string, string>;
  /** Annotation with a certificate of the cloud, where the controller takes it from there. */
  certificate?: string;
  source: string;
}

export const ingressControllers: readonly IngressController[] = controllers;

/** The controller behind a usual name of an IngressClass; undefined for a class nobody here knows. */
export function findIngressController(className: string): IngressController | undefined {
  return ingressControllers.find(({ classNames }) => classNames.includes(className));
}
