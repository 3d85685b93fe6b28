import { Controller, Get, Res } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { Access } from '../../access/access.decorator';
import { type Caller, CallerOf } from '../../access/caller';
import { Answers } from '../json.docs';
import { type ShownOrg, showOrg, shownOrg } from '../orgs/org.shape';
import { sendList } from '../send-json';
import { LoggedIn, shownPerson } from './logged-in';

/** All on one page: nobody is in very many. As `items`, and by their paths, clients of the Cloud Services know them. */
const shownOrgs = z.object({
  results: z.array(shownOrg),
  totalResults: z.int(),
  nextLink: z.null(),
  prevLink: z.null(),
  items: z.array(shownOrg),
  refLinks: z.array(z.string()),
});

@ApiTags('Who am I')
@Access('tokens')
@Controller('csp/gateway/am/api/loggedin/user')
export class LoggedInController {
  constructor(private readonly loggedIn: LoggedIn) {}

  @Get()
  @ApiOperation({ summary: 'The user of the access token' })
  @Answers(shownPerson)
  async user(@CallerOf() caller: Caller, @Res() response: Response): Promise<void> {
    sendList(response, await this.loggedIn.person(caller));
  }

  @Get('orgs')
  @ApiOperation({ summary: 'The organizations that the user is a member of' })
  @Answers(shownOrgs)
  async orgs(@CallerOf() caller: Caller, @Res() response: Response): Promise<void> {
    const orgs = (await this.loggedIn.orgs(caller)).map(showOrg);
    const page = { results: orgs, totalResults: orgs.length, nextLink: null, prevLink: null };
    sendList(response, { ...page, items: orgs, refLinks: orgs.map(refLink) });
  }

  @Get('default-org')
  @ApiOperation({ summary: 'The default organization of the user' })
  @ApiNotFoundResponse({ description: 'It is disabled.' })
  @Answers(shownOrg.extend({ refLink: z.string().describe('Path of the org.') }))
  async defaultOrg(@CallerOf() caller: Caller, @Res() response: Response): Promise<void> {
    const org = showOrg(await this.loggedIn.defaultOrg(caller));
    sendList(response, { ...org, refLink: refLink(org) });
  }
}

function refLink({ id }: Pick<ShownOrg, 'id'>): string {
  return `/csp/gateway/am/api/orgs/${encodeURIComponent(id)}`;
}
