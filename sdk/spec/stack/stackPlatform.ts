/** The platform that a stack's models are written for, as far as it follows from what the stack installs. */
import type { Platform } from "../platform/platform";
import type { Loose } from "../schema/plain";
import type { Path, Problem } from "../schema/problem";
import type { StackInstallation } from "./stackParts";

interface Installing {
  platform?: Loose<Platform> | undefined;
  install?: Loose<StackInstallation> | undefined;
}

/** The platform as it is written, completed by how it is installed. */
export function stackPlatform({ platform, install }: Installing): Loose<Platform> {
  const { openShiftAI, kserve } = install ?? {};
  const byHelm = kserve === undefined ? {} : { install: "helm" as const };
  return { ...byHelm, ...placeOf(openShiftAI), ...platform };
}

/** Where a runtime of the stack lies: beside the models, unless it is for more than one namespace. */
export function runtimePlace(
  runtime: { scope?: string | undefined } | undefined,
  namespace = "models",
): { namespace?: string } {
  return runtime?.scope === undefined || runtime.scope === "namespace" ? { namespace } : {};
}

/** Nothing is said of the usual place. */
function placeOf(installed: Loose<StackInstallation>["openShiftAI"]): Loose<Platform> {
  const usual = installed?.distribution === "open-data-hub" ? { applicationsNamespace: "opendatahub" } : {};
  const own = installed?.applicationsNamespace;
  return own === undefined ? usual : { applicationsNamespace: own };
}

/** Models are written for what is installed. */
export function installationFits({ platform, install }: Installing): Problem[] {
  const { openShiftAI, kserve } = install ?? {};
  const kind = platform?.kind ?? "openshift-ai";
  if (openShiftAI !== undefined && kserve !== undefined) {
    return refused(["kserve"], "cannot be combined with openShiftAI, which brings its own KServe; keep one of the two");
  }
  if (openShiftAI !== undefined && kind !== "openshift-ai") {
    return refused(["openShiftAI"], `does not fit platform.kind "${kind}", for which the models are written`);
  }
  if (kserve !== undefined && kind !== "kserve") {
    return refused(["kserve"], 'needs platform.kind "kserve": the models are written for OpenShift AI');
  }
  if (kserve !== undefined && platform?.install === "kustomize") {
    const message = '"kustomize" is for KServe from its manifests; install.kserve uses its Helm chart: leave it out';
    return [{ path: ["platform", "install"], message }];
  }
  const place = placeOf(openShiftAI).applicationsNamespace ?? "redhat-ods-applications";
  const named = platform?.applicationsNamespace;
  if (openShiftAI === undefined || named === undefined || named === place) return [];
  const message = `"${named}" is not where install.openShiftAI runs, which is "${place}"; leave it out`;
  return [{ path: ["platform", "applicationsNamespace"], message }];
}

function refused(below: Path, message: string): Problem[] {
  return [{ path: ["install", ...below], message }];
}
