import { Controller, Delete, Get, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, ReadsJson } from '../json.docs';
import { jsonBodyIfAny } from '../json-body';
import { sendList, sendNothing, sendThing } from '../send-json';
import { WRITES_CLIENTS } from './client-access';
import type { ClientKey } from './client-row';
import { madeSecret, replacedSecret, rotatedSecret, secretList } from './client-secret.shape';
import { ClientSecrets } from './client-secrets';

@ApiTags('OAuth clients')
@Access(WRITES_CLIENTS)
@Controller('/csp/gateway/am/api/orgs/:orgId/oauth-apps/:clientId/secret')
export class ClientSecretsController {
  constructor(private readonly secrets: ClientSecrets) {}

  @Get()
  @ApiOperation({ summary: 'See which secrets of a client work, and which are still in use' })
  @Answers(secretList)
  async list(@Param() key: ClientKey, @Res() response: Response): Promise<void> {
    const results = await this.secrets.list(key);
    sendList(response, { results, totalResults: results.length });
  }

  @Post()
  @ApiOperation({
    summary: 'Add a secret',
    description:
      'Those of before live on for a while, so that the client misses no token. The answer has it, this once.',
  })
  @ReadsJson(rotatedSecret)
  @Answers(madeSecret, { status: 201 })
  async rotate(
    @Param() key: ClientKey,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.secrets.rotate(key, jsonBodyIfAny(request, rotatedSecret), by), 201);
  }

  @Put()
  @ApiOperation({ summary: 'Replace all secrets at once', description: 'The answer has the new one, this once.' })
  @ReadsJson(replacedSecret)
  @Answers(madeSecret)
  async replace(
    @Param() key: ClientKey,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    const { newClientSecret } = jsonBodyIfAny(request, replacedSecret);
    sendThing(response, await this.secrets.replace(key, newClientSecret, by));
  }

  @Delete()
  @ApiOperation({ summary: 'End the overlap: only the newest secret stays' })
  @ApiNoContentResponse()
  @ApiConflictResponse({ description: 'A public client has no secret.' })
  async endOverlap(@Param() key: ClientKey, @By() by: Administrator, @Res() response: Response): Promise<void> {
    await this.secrets.endOverlap(key, by);
    sendNothing(response);
  }
}
