"""The official MCP client uses the example `mcp` as its child: `mcp_client.py exec:PROGRAM`."""

import asyncio
import json
import logging
import pathlib
import subprocess
import tempfile

import jsonschema
from mcp import Client, MCPError, StdioServerParameters

from table import Suite, command_of

HANDSHAKE = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
suite = Suite()
options = suite.arguments.parse_args()
program, = command_of(options.endpoint)
notes = tempfile.TemporaryDirectory(prefix="polyrpc-notes-")
folder = pathlib.Path(notes.name)
(folder / "shopping list.md").write_text("# Shopping\n* green tea\n* cups, two\n")
(folder / "ünïcode.md").write_text("Tea, too.\n")
(folder / "no note.txt").write_text("tea\n")


def connected(mode="auto"):
    return Client(StdioServerParameters(command=program, args=[notes.name]), mode=mode, read_timeout_seconds=10)


def case(function):
    """A function is a case, and gets a client, whose server has ended before the case has."""

    async def run():
        async with connected() as client:
            await function(client)

    suite.add(function.__name__, lambda: asyncio.run(run()))


async def failure(call):
    try:
        result = await call
    except MCPError as error:
        return error
    raise AssertionError(f"expected an error, got {result!r}")


def text_of(result, is_error=False):
    assert result.is_error is is_error, result
    content, = result.content
    assert content.type == "text"
    return content.text


@case
async def both_agree_on_a_revision(client):
    # Its first question is of a later revision, and the answer says that we have it not.
    assert client.protocol_version == HANDSHAKE[-1]
    assert client.server_info.name == "notes"
    assert client.server_capabilities.tools and client.server_capabilities.resources
    assert not client.server_capabilities.prompts
    assert "notes" in client.instructions


@case
async def tools_are_listed_with_schemas(client):
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert list(tools) == ["search_notes", "read_note", "write_note"]
    for tool in tools.values():
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert tool.description
    assert tools["write_note"].input_schema["required"] == ["name", "text"]
    assert tools["read_note"].annotations.read_only_hint is True
    assert tools["write_note"].annotations.destructive_hint is True


@case
async def notes_are_found(client):
    found = text_of(await client.call_tool("search_notes", {"query": "TEA"}))
    assert found.splitlines() == ["shopping list:2: * green tea", "ünïcode:1: Tea, too."]
    assert text_of(await client.call_tool("search_notes", {"query": "tea green"})) == "shopping list:2: * green tea"
    assert text_of(await client.call_tool("search_notes", {"query": "coffee"})) == "nothing found"


@case
async def notes_are_written_and_read(client):
    long = "ä line\n" * 100_000
    for text in ["# New\n", "", long]:
        text_of(await client.call_tool("write_note", {"name": "new", "text": text}))
        assert text_of(await client.call_tool("read_note", {"name": "new"})) == text
        assert (folder / "new.md").read_text() == text
    (folder / "new.md").unlink()


@case
async def a_search_that_finds_much_says_how_much(client):
    (folder / "much.md").write_text("coffee\n" * 60)
    lines = text_of(await client.call_tool("search_notes", {"query": "coffee"})).splitlines()
    (folder / "much.md").unlink()
    assert len(lines) == 51 and "10 more" in lines[-1], lines


@case
async def a_failure_is_a_result_that_the_assistant_reads(client):
    assert "no note `nowhere`" in text_of(await client.call_tool("read_note", {"name": "nowhere"}), is_error=True)
    assert "`name`" in text_of(await client.call_tool("read_note", {}), is_error=True)
    for name in ["../outside", "/etc/passwd", ".hidden", "", "a\nb", "x" * 201]:
        refused = await client.call_tool("write_note", {"name": name, "text": ""})
        assert "cannot be the name" in text_of(refused, is_error=True)
    assert sorted(path.name for path in folder.iterdir()) == ["no note.txt", "shopping list.md", "ünïcode.md"]


@case
async def an_unknown_tool_is_invalid_params(client):
    error = await failure(client.call_tool("destroy_all", {}))
    assert error.error.code == -32602 and "destroy_all" in error.error.message, error.error


@case
async def resources_are_listed_and_read(client):
    resources = {resource.name: resource for resource in (await client.list_resources()).resources}
    assert list(resources) == ["shopping list", "ünïcode"]
    for name, resource in resources.items():
        assert resource.mime_type == "text/markdown"
        content, = (await client.read_resource(resource.uri)).contents
        assert content.uri == resource.uri and content.text == (folder / f"{name}.md").read_text()


@case
async def a_resource_that_is_not_there(client):
    for uri in ["note:nowhere", "note:..%2Foutside", "file:///etc/passwd"]:
        error = await failure(client.read_resource(uri))
        assert error.error.code == -32002 and uri in error.error.message, error.error


@case
async def what_is_not_offered_is_no_method(client):
    error = await failure(client.list_prompts())
    assert error.error.code == -32601, error.error


@case
async def calls_at_once(client):
    reads = [client.call_tool("read_note", {"name": "shopping list"}) for _ in range(100)]
    expected = (folder / "shopping list.md").read_text()
    assert {text_of(result) for result in await asyncio.gather(*reads)} == {expected}


def raw(*messages):
    """What the server says to lines, until it has answered all and ended with its input."""
    lines = "".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in messages)
    done = subprocess.run([program, notes.name], input=lines, capture_output=True, text=True, timeout=10)
    assert (done.returncode, done.stderr) == (0, ""), done
    return [json.loads(line) for line in done.stdout.splitlines()]


def initialize(version):
    params = {"protocolVersion": version, "capabilities": {"roots": {}}, "clientInfo": {"name": "x", "version": "1"}}
    return {"id": "first", "method": "initialize", "params": params}


@suite.case
def revisions_are_agreed_on():
    for asked, agreed in [*zip(HANDSHAKE, HANDSHAKE), ("2099-01-01", HANDSHAKE[-1]), ("1.0.0", HANDSHAKE[-1])]:
        answer, = raw(initialize(asked))
        assert answer["id"] == "first" and answer["result"]["protocolVersion"] == agreed, answer


@suite.case
def a_ping_is_answered_and_notifications_are_not():
    answers = raw(
        initialize(HANDSHAKE[-1]),
        {"method": "notifications/initialized"},
        {"method": "notifications/cancelled", "params": {"requestId": 7, "reason": "late"}},
        {"id": "p", "method": "ping", "params": {"_meta": {"progressToken": 1}}},
        {"id": 0, "method": "ping"},
    )
    assert {"jsonrpc": "2.0", "id": "p", "result": {}} in answers
    assert {"jsonrpc": "2.0", "id": 0, "result": {}} in answers
    assert len(answers) == 3, answers


@suite.case
def the_handshake_can_be_asked_for():
    async def run():
        async with connected("legacy") as client:
            assert client.protocol_version == HANDSHAKE[-1]
            assert len((await client.list_tools()).tools) == 3

    asyncio.run(run())


logging.getLogger("mcp").setLevel(logging.ERROR)
suite.run(options.cases)
