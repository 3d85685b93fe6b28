// Signs a JWT assertion (RFC 7523) with the key of the demonstration's trusted issuer.
// Usage: node examples/sign-assertion.mjs <key file> <subject> <audience>
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { importJWK, SignJWT } from 'jose';

const [file, subject, audience] = process.argv.slice(2);
const jwk = JSON.parse(readFileSync(file, 'utf8'));
const assertion = await new SignJWT()
  .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid })
  .setIssuer('https://issuer.demo.example')
  .setSubject(subject)
  .setAudience(audience)
  .setJti(randomUUID())
  .setIssuedAt()
  .setExpirationTime('5 minutes')
  .sign(await importJWK(jwk));
process.stdout.write(assertion);
