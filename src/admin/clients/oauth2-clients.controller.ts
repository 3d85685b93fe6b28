import { Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, AnswersPage, ReadsJson } from '../json.docs';
import { jsonBody } from '../json-body';
import { sendAccepted, sendList, sendNew, sendThing } from '../send-json';
import { READS_CLIENTS, WRITES_CLIENTS } from './client-access';
import { oauth2Client, shownOAuth2Client } from './oauth2-client.shape';
import { OAuth2Clients } from './oauth2-clients';

const PATH = '/SAAS/jersey/manager/api/oauth2clients';

/** The clients of the token's org, as the Identity Manager spells them. */
@ApiTags('OAuth clients (Identity Manager)')
@Controller(PATH)
export class OAuth2ClientsController {
  constructor(private readonly clients: OAuth2Clients) {}

  @Get()
  @Access(READS_CLIENTS)
  @ApiOperation({ summary: "List the clients of the token's organization", description: '`items` are the `results`.' })
  @AnswersPage(shownOAuth2Client, { itemsToo: true })
  async list(@Query() query: object, @By() by: Administrator, @Res() response: Response): Promise<void> {
    sendList(response, await this.clients.list(query, PATH, by));
  }

  @Post()
  @Access(WRITES_CLIENTS)
  @ApiOperation({ summary: 'Register a client', description: 'The answer has the secret, this once.' })
  @ReadsJson(oauth2Client)
  @Answers(shownOAuth2Client.extend({ secret: z.string() }), { status: 201 })
  async create(@Req() request: Request, @By() by: Administrator, @Res() response: Response): Promise<void> {
    const { client, once } = await this.clients.create(jsonBody(request, oauth2Client), by);
    sendNew(response, client, once);
  }

  @Get(':clientId')
  @Access(READS_CLIENTS)
  @ApiOperation({ summary: 'Read a client' })
  @Answers(shownOAuth2Client)
  async read(@Param('clientId') clientId: string, @By() by: Administrator, @Res() response: Response): Promise<void> {
    sendThing(response, await this.clients.find(clientId, by));
  }

  @Put(':clientId')
  @Access(WRITES_CLIENTS)
  @ApiOperation({
    summary: 'Replace a client',
    description: 'A secret replaces all others. What these fields cannot say stays as it is.',
  })
  @ReadsJson(oauth2Client)
  @Answers(shownOAuth2Client)
  async replace(
    @Param('clientId') clientId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.clients.replace(clientId, jsonBody(request, oauth2Client), request, by));
  }

  @Delete(':clientId')
  @Access(WRITES_CLIENTS)
  @ApiOperation({ summary: 'Delete a client' })
  @Answers(z.object({ status: z.literal('deleting') }), { status: 202 })
  async delete(
    @Param('clientId') clientId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.clients.delete(clientId, request, by);
    sendAccepted(response, { status: 'deleting' });
  }
}
