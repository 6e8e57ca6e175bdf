/** Throw-away certificates of one cluster; the key of its authority is never written. */
import "reflect-metadata";
import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

/** Files of a certificate folder. */
export interface Certificates {
  /** Certificate of the authority, for clients. */
  ca: string;
  /** Certificate and key that every component serves with, and that the API server shows to etcd. */
  cert: string;
  key: string;
  /** Key that signs service account tokens. */
  serviceAccountKey: string;
  /** Folder that holds `k8s-webhook-server/serving-certs`, where KServe's webhook server looks below its TMPDIR. */
  webhookTmpdir: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 24 * 3600 * 1000;

export function certificateFiles(folder: string): Certificates {
  return {
    ca: join(folder, "ca.crt"),
    cert: join(folder, "server.crt"),
    key: join(folder, "server.key"),
    serviceAccountKey: join(folder, "service-account.key"),
    webhookTmpdir: join(folder, "tmp"),
  };
}

/** Makes the certificates unless they are there; the CA certificate is written last and marks the set as complete. */
export async function ensureCertificates(folder: string): Promise<Certificates> {
  const files = certificateFiles(folder);
  if (existsSync(files.ca)) return files;
  const webhookFolder = join(files.webhookTmpdir, "k8s-webhook-server", "serving-certs");
  mkdirSync(webhookFolder, { recursive: true, mode: 0o700 });
  const { ca, cert, key } = await issue();
  writePrivate(files.cert, cert);
  writePrivate(files.key, key);
  writePrivate(join(webhookFolder, "tls.crt"), cert);
  writePrivate(join(webhookFolder, "tls.key"), key);
  writePrivate(files.serviceAccountKey, await exportKey(await generateKeys()));
  writePrivate(files.ca, ca);
  return files;
}

async function issue(): Promise<{ ca: string; cert: string; key: string }> {
  x509.cryptoProvider.set(webcrypto);
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + 3650 * DAY_MS) };
  const caKeys = await generateKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(),
    name: "CN=embedded cluster CA",
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const keys = await generateKeys();
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(),
    subject: "CN=embedded cluster",
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        { type: "dns", value: "localhost" },
      ]),
    ],
  });
  return { ca: ca.toString("pem"), cert: certificate.toString("pem"), key: await exportKey(keys) };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function exportKey(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  // The form that every Go program reads.
  return createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })
    .export({ format: "pem", type: "sec1" })
    .toString();
}

function serialNumber(): string {
  return `01${randomBytes(15).toString("hex")}`;
}

function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}
