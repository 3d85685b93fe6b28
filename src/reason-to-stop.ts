import { ConfigurationError } from './config/configuration';
import { GrantRegistrationError } from './grants/grant-type.registry';
import { SeedFileError } from './seed/read-world';

/** What to tell the operator whose command or start failed: no stack where the message says what to mend. */
export function reasonToStop(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const mendable = [ConfigurationError, SeedFileError, GrantRegistrationError].some((type) => error instanceof type);
  return mendable ? error.message : (error.stack ?? error.message);
}
