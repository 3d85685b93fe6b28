import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { TokenParameters } from '../../../grants/token-parameters';

class Required extends PickType(TokenParameters, ['grant_type']) {}

class Optional extends PartialType(
  PickType(TokenParameters, [
    'client_id',
    'client_secret',
    'scope',
    'code',
    'redirect_uri',
    'code_verifier',
    'refresh_token',
    'username',
    'password',
    'domain',
    'orgId',
    'assertion',
    'subject_token',
    'subject_token_type',
    'actor_token',
    'actor_token_type',
    'accessTokenValiditySeconds',
    'refreshTokenValiditySeconds',
  ]),
) {}

/** The form of RFC 6749's token endpoint, with the parameters that Gatehouse adds. */
export class OAuthTokenRequest extends IntersectionType(Required, Optional) {}
