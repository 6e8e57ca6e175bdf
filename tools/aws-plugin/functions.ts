/** Look-ups that programs make. */
import { partitionOf } from "../../sdk/catalog/awsPartitions";
import type { Json, JsonObject } from "../plugin/wire";
import { ACCOUNT, hash } from "./resources";

type Answer = (args: JsonObject, region: string) => JsonObject;

const answers: Readonly<Record<string, Answer>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_args, region) => ({
    id: ACCOUNT,
    accountId: ACCOUNT,
    arn: `arn:${partition(region).id}:iam::${ACCOUNT}:user/stand-in`,
    userId: "STANDIN",
  }),
  "aws:index/getPartition:getPartition": (_args, region) => {
    const { id, dnsSuffix } = partition(region);
    return { id, partition: id, dnsSuffix, reverseDnsPrefix: dnsSuffix.split(".").reverse().join(".") };
  },
  "aws:index/getRegion:getRegion": (_args, region) => ({ id: region, name: region, region }),
  "aws:eks/getCluster:getCluster": (args, region) => {
    const [name, place] = [textOf(args.name), textOf(args.region) || region];
    const { id, dnsSuffix } = partition(place);
    const issuer = `https://oidc.eks.${place}.${dnsSuffix}/id/${hash(name, 32).toUpperCase()}`;
    const arn = `arn:${id}:eks:${place}:${ACCOUNT}:cluster/${name}`;
    return { id: name, name, arn, region: place, identities: [{ oidcs: [{ issuer }] }] };
  },
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": ({ url }, region) => {
    const issuer = textOf(url).replace(/^https:\/\//, "");
    const arn = `arn:${partition(region).id}:iam::${ACCOUNT}:oidc-provider/${issuer}`;
    return { id: arn, arn, url: issuer, clientIdLists: ["sts.amazonaws.com"] };
  },
};

/** @returns undefined for a function that nobody has described yet */
export function answer(token: string, args: JsonObject, region: string): JsonObject | undefined {
  return answers[token]?.(args, region);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function partition(region: string): { id: string; dnsSuffix: string } {
  const found = partitionOf(region);
  if (found === undefined) throw new Error(`${JSON.stringify(region)} is no region of AWS`);
  return found;
}
