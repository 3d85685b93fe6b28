import { Controller, Delete, Get, Param, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, AnswersPage, ReadsJson, ReadsMergePatch } from '../json.docs';
import { jsonBody, jsonOf } from '../json-body';
import { mergePatch } from '../merge-patch';
import { listQueryOf } from '../paging';
import { sendAccepted, sendList, sendNew, sendThing } from '../send-json';
import { READS_CLIENTS, WRITES_CLIENTS } from './client-access';
import type { ClientKey } from './client-row';
import { clientSettingsShape, newClient, registeredClient, shownClient } from './client.shape';
import { ClientsAdministration } from './clients-administration';

const ORGS = '/csp/gateway/am/api/orgs';

@ApiTags('OAuth clients')
@Controller(`${ORGS}/:orgId/oauth-apps`)
export class ClientsController {
  constructor(private readonly clients: ClientsAdministration) {}

  @Get()
  @Access(READS_CLIENTS)
  @ApiOperation({ summary: "List an organization's clients" })
  @AnswersPage(shownClient)
  async list(@Param('orgId') orgId: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    const path = `${ORGS}/${encodeURIComponent(orgId)}/oauth-apps`;
    sendList(response, await this.clients.list(orgId, listQueryOf(query), path));
  }

  @Post()
  @Access(WRITES_CLIENTS)
  @ApiOperation({
    summary: 'Register a client',
    description:
      'The answer has the secret, this once. For the grants impersonate_user, client_delegate, password and those that ' +
      'are not ours, for trustedProxy, for orgs beside its own and for permissions on the platform it takes a platform ' +
      'operator. A client with client_credentials gets no role that is mightier than yours.',
  })
  @ReadsJson(newClient)
  @Answers(registeredClient, { status: 201 })
  async create(
    @Param('orgId') orgId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    const { client, once } = await this.clients.create(orgId, jsonBody(request, newClient), by);
    sendNew(response, client, once);
  }

  @Get(':clientId')
  @Access(READS_CLIENTS)
  @ApiOperation({ summary: 'Read a client' })
  @Answers(shownClient)
  async read(@Param() key: ClientKey, @Res() response: Response): Promise<void> {
    sendThing(response, await this.clients.find(key));
  }

  @Patch(':clientId')
  @Access(WRITES_CLIENTS)
  @ApiOperation({
    summary: 'Change or disable a client',
    description: 'Who may switch on what: see its registration. What is on already may stay, whoever changes the rest.',
  })
  @ReadsMergePatch(clientSettingsShape)
  @Answers(shownClient)
  async change(
    @Param() key: ClientKey,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    const patch = jsonOf(request);
    const wanted = (present: object) => mergePatch(present, patch);
    sendThing(response, await this.clients.change(key, { wanted }, request, by));
  }

  @Put(':clientId')
  @Access(WRITES_CLIENTS)
  @ApiOperation({ summary: "Replace a client's settings", description: 'What is not named gets its default.' })
  @ReadsJson(clientSettingsShape)
  @Answers(shownClient)
  async replace(
    @Param() key: ClientKey,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    const body = jsonOf(request);
    sendThing(response, await this.clients.change(key, { wanted: () => body }, request, by));
  }

  @Delete(':clientId')
  @Access(WRITES_CLIENTS)
  @ApiOperation({
    summary: 'Delete a client',
    description: 'It is gone for everyone at once; while its logins are being deleted, its id answers 409.',
  })
  @Answers(z.object({ status: z.literal('deleting') }), { status: 202 })
  async delete(
    @Param() key: ClientKey,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.clients.delete(key, request, by);
    sendAccepted(response, { status: 'deleting' });
  }
}
