import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { TokenParameters } from '../../../grants/token-parameters';

class Required extends PickType(TokenParameters, ['grant_type']) {}

class Optional extends PartialType(
  PickType(TokenParameters, [
    'accessTokenValiditySeconds',
    'actor_token',
    'actor_token_type',
    'allowed_resource_scope',
    'client_id',
    'client_secret',
    'code',
    'code_verifier',
    'domain',
    'maxGroupsInIdToken',
    'orgId',
    'password',
    'reason',
    'redirect_uri',
    'refreshTokenValiditySeconds',
    'refresh_token',
    'scope',
    'servicesPermissionsScopesDto',
    'subject_ip',
    'subject_token',
    'subject_token_type',
    'target_audience',
    'username',
  ]),
) {}

/** The form of the Cloud Services' token endpoint, under its own name; `domain` and `reason` are Gatehouse's. */
export class GetTokenForAuthGrantTypeRequest extends IntersectionType(Required, Optional) {}
