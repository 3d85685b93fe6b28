import { PartialType, PickType } from '@nestjs/swagger';
import type { Form } from './form';
import { grantParameters } from './grant-parameters';
import { readParameters } from './read-parameters';
import { TokenParameters } from './token-parameters';

/** What the engine itself reads, whatever the grant. */
class EngineParameters extends PartialType(
  PickType(TokenParameters, [
    'scope',
    'accessTokenValiditySeconds',
    'refreshTokenValiditySeconds',
    'maxGroupsInIdToken',
    'allowed_resource_scope',
    'servicesPermissionsScopesDto',
    'subject_ip',
  ]),
) {}

const PARAMETERS = grantParameters(EngineParameters);

export const ENGINE_PARAMETER_NAMES = PARAMETERS.map(({ name }) => name);

/** @throws {GatehouseError} `invalid_request` */
export async function checkEngineParameters(form: Form): Promise<void> {
  // Most requests have none of them.
  if (ENGINE_PARAMETER_NAMES.some((name) => form.has(name))) await readParameters(EngineParameters, PARAMETERS, form);
}
