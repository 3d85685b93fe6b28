import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { TokenParameters } from '../../../grants/token-parameters';

class Required extends PickType(TokenParameters, ['grant_type']) {}

class Optional extends PartialType(
  PickType(TokenParameters, [
    'client_id',
    'client_secret',
    'scope',
    'redirect_uri',
    'domain',
    'username',
    'password',
    'code',
    'refresh_token',
    'assertion',
    'subject_token_type',
    'subject_token',
  ]),
) {}

/** The form of the Identity Manager's token endpoint, under its own name. */
export class TokenFormData extends IntersectionType(Required, Optional) {}
