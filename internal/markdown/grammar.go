package markdown

import "strings"

// grammar is what the scanner knows of a language.
type grammar struct {
	comments   []string          // what begins a comment to the end of the line
	blocks     [][2]string       // what begins and ends a comment of several lines
	quotes     string            // the quotation marks of strings
	prefixes   string            // letters that may stand before a string
	inNames    string            // what may stand in a name beside letters
	words      map[string]string // the class of a word
	defines    map[string]string // the class of the name after a word
	lines      func(*spans, string)
	triple     bool // three quotation marks begin a long string
	long       bool // every string may run over several lines
	ticks      bool // an apostrophe need not begin a string
	fold       bool // the case of words does not matter
	decorators bool // @name
	directives bool // #name at the start of a line
	variables  bool // $name
	keys       bool // a name before = or : at the start of a line is a key
	commands   bool // a name at the start of a line is a command
}

// words makes a table of keywords and of names that a language comes with.
func words(keywords, builtins string) map[string]string {
	m := map[string]string{}
	for _, w := range strings.Fields(builtins) {
		m[w] = "nb"
	}
	for _, w := range strings.Fields(keywords) {
		m[w] = "k"
	}
	return m
}

// names are the words after which something gets its name, in any language.
var names = map[string]string{
	"def": "nf", "class": "nf", "func": "nf", "function": "nf", "fn": "nf", "fun": "nf", "struct": "nf", "enum": "nf",
	"interface": "nf", "trait": "nf", "type": "nf", "module": "nf", "defmodule": "nf", "defp": "nf", "sub": "nf",
	"proc": "nf", "object": "nf", "union": "nf", "mod": "nf", "macro": "nf", "protocol": "nf", "message": "nf", "service": "nf",
}

// curly makes the grammar of a language with braces.
func curly(keywords, builtins string) *grammar {
	return &grammar{
		comments: []string{"//"}, blocks: [][2]string{{"/*", "*/"}}, quotes: "\"'`",
		words: words(keywords, builtins), defines: names, decorators: true,
	}
}

// hashed makes the grammar of a language whose comments begin with a number sign.
func hashed(keywords, builtins string) *grammar {
	return &grammar{
		comments: []string{"#"}, quotes: "\"'", words: words(keywords, builtins), defines: names,
	}
}

// with changes a grammar while it is made.
func with(g *grammar, change func(*grammar)) *grammar {
	change(g)
	return g
}

const cWords = "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof static struct switch typedef union volatile while NULL true false"

const cTypes = "char double float int long short signed unsigned void bool size_t ssize_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t FILE"

const jsWords = "async await break case catch class const continue debugger default delete do else export extends false finally for from function if import in instanceof let new null of return static super switch this throw true try typeof undefined var void while with yield"

var python = with(hashed(
	"False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield",
	"abs all any bool bytes callable chr classmethod dict dir enumerate eval exec filter float format getattr hasattr hash help id input int isinstance issubclass iter len list map max min next object open ord pow print property range repr reversed round self set setattr slice sorted staticmethod str sum super tuple type vars zip "+
		"BaseException Exception ValueError TypeError KeyError IndexError AttributeError OSError RuntimeError StopIteration ImportError NameError"),
	func(g *grammar) { g.prefixes, g.triple, g.decorators = "rRbBfFuUtT", true, true })

var shell = with(hashed(
	"if then else elif fi for while until do done case esac in function select return break continue",
	"alias bg cd declare echo eval exec exit export false fg kill local printf pwd read readonly set shift source test trap true type ulimit umask unalias unset wait sudo"),
	func(g *grammar) { g.variables, g.long, g.inNames = true, true, "-" })

var sql = with(curly(
	"add all alter and any as asc begin between by case cascade check column commit conflict constraint create cross database default delete desc distinct do drop else end exists explain false fetch foreign from full function grant group having if in index inner insert intersect into is join key left like limit natural not null nothing of offset on or order outer over partition primary recursive references replace returning revoke right rollback row rows savepoint select set table temporary then to transaction trigger true truncate union unique update using vacuum values view virtual when where window with",
	"avg bigint blob boolean bytea char coalesce count date decimal float int integer json jsonb max min now numeric real serial smallint sum text time timestamp timestamptz uuid varchar"),
	func(g *grammar) { g.comments, g.fold, g.decorators, g.long = []string{"--"}, true, false, true })

var markup = &grammar{
	blocks: [][2]string{{"<!--", "-->"}, {"{#", "#}"}}, quotes: "\"", inNames: "-:", defines: map[string]string{},
	words: words("DOCTYPE", "a abbr article aside audio b blockquote body br button canvas code dd details div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input label legend li link main meta nav ol option p path pre script section select small source span strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr u ul video"),
}

var javascript = curly(jsWords, "Array Boolean Date Error JSON Map Math Number Object Promise Proxy RegExp Set String Symbol console document globalThis module process require window")

var typescript = curly(jsWords+" abstract as declare enum implements infer interface is keyof namespace never private protected public readonly satisfies type",
	"any bigint boolean number object string symbol unknown Array Map Partial Promise Record Set console")

// grammars are the languages that are coloured, by the names they go under.
var grammars = byName(map[string]*grammar{
	"python py python3 py3 python2 cython": python,
	"pycon python-console ipython":         {lines: sessionLine(python, ">>> ", "... ", ">>>", "...")},
	"bash sh shell zsh ksh":                shell,
	"console shell-session shellsession":   {lines: sessionLine(shell, "$ ", "# ", "% ", "> ")},
	"diff patch udiff":                     {lines: diffLine},
	"javascript js jsx mjs node":           javascript,
	"typescript ts tsx":                    typescript,
	"html xml svg vue xhtml htm jinja jinja2 django html+jinja html+django": markup,
	"sql postgresql postgres sqlite mysql plpgsql sqlite3":                  sql,
	"c h":                            with(curly(cWords, cTypes), func(g *grammar) { g.directives = true }),
	"cpp c++ cc hpp cxx objective-c": with(curly(cWords+" alignas and as catch class co_await co_return co_yield concept constexpr const_cast decltype delete dynamic_cast explicit export final friend import module mutable namespace new noexcept not nullptr operator or override private protected public reinterpret_cast requires static_assert static_cast template this throw try typeid typename using virtual", cTypes+" std string vector map"), func(g *grammar) { g.directives = true }),
	"java":                           curly("abstract assert break case catch class const continue default do else enum extends false final finally for goto if implements import instanceof interface native new null package permits private protected public record return sealed static strictfp super switch synchronized this throw throws transient true try var void volatile while yield", "boolean byte char double float int long short String Object Integer List Map Set System Override"),
	"csharp cs c#":                   with(curly("abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern false finally fixed for foreach get goto if implicit in init interface internal is lock namespace new null operator out override params private protected public readonly record ref return sealed set sizeof stackalloc static struct switch this throw true try typeof unchecked unsafe using var virtual volatile where while with yield", "bool byte char decimal double dynamic float int long object sbyte short string uint ulong ushort void Console List Task"), func(g *grammar) { g.directives = true }),
	"go golang":                      curly("break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var", "any append bool byte cap clear close comparable complex64 complex128 copy delete error false float32 float64 int int8 int16 int32 int64 iota len make max min new nil panic print println recover rune string true uint uint8 uint16 uint32 uint64 uintptr"),
	"rust rs":                        with(curly("as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type union unsafe use where while", "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize Box Err None Ok Option Rc Result Some String Vec println"), func(g *grammar) { g.ticks, g.quotes, g.long = true, "\"'", true }),
	"kotlin kt kts":                  with(curly("abstract as break by catch class companion const constructor continue data do else enum false final finally for fun if import in inline interface internal is lateinit null object open operator out override package private protected public return sealed super suspend this throw true try typealias val var vararg when where while", "Any Boolean Byte Char Double Float Int List Long Map Set String Unit listOf mapOf println"), func(g *grammar) { g.triple = true }),
	"swift":                          with(curly("as async await break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate for func guard if import in init inout internal is let nil open operator override private protocol public repeat return self Self static struct subscript super switch throw throws true try typealias var where while", "Any Array Bool Character Dictionary Double Float Int Optional Set String print"), func(g *grammar) { g.triple = true }),
	"scala":                          with(curly("abstract case catch class def do else enum extends false final finally for given if implicit import lazy match new null object override package private protected return sealed super then this throw trait true try type using val var while with yield", "Any Boolean Int List Map None Option Seq Set Some String Unit println"), func(g *grammar) { g.triple = true }),
	"dart":                           curly("abstract as assert async await break case catch class const continue covariant default do dynamic else enum export extends extension external factory false final finally for get if implements import in interface is late library mixin new null on operator part required return set static super switch sync this throw true try typedef var void while with yield", "bool double int num Future List Map Object Set Stream String print"),
	"php":                            with(curly("abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty enum extends final finally fn for foreach function global goto if implements include instanceof insteadof interface isset list match namespace new or print private protected public readonly require require_once return static switch throw trait try unset use var while yield true false null", ""), func(g *grammar) { g.comments, g.variables, g.decorators = []string{"//", "#"}, true, false }),
	"zig":                            curly("align and asm async await break catch comptime const continue defer else enum errdefer error export extern false fn for if inline null or orelse packed pub return struct suspend switch test threadlocal true try undefined union unreachable usingnamespace var volatile while", "bool f32 f64 i8 i16 i32 i64 isize type u8 u16 u32 u64 usize void anyerror"),
	"protobuf proto":                 curly("enum extend import message oneof option optional package repeated required reserved returns rpc service stream syntax true false", "bool bytes double float int32 int64 map sint32 sint64 string uint32 uint64"),
	"css scss less sass":             with(curly("important", ""), func(g *grammar) { g.keys, g.inNames = true, "-" }),
	"json json5 jsonc":               curly("true false null", ""),
	"ruby rb":                        with(hashed("BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield", "attr_accessor attr_reader attr_writer include extend lambda p print private proc protected public puts raise require require_relative"), func(g *grammar) { g.long = true }),
	"perl pl":                        with(hashed("and cmp continue do else elsif eq for foreach ge gt if last le lt my ne next no not or our package redo require return sub undef unless until use while x", "bless chomp defined delete die each exists join keys length map open print printf push ref shift sort split sprintf values wantarray warn"), func(g *grammar) { g.variables = true }),
	"r":                              hashed("break else for function if in next repeat return while TRUE FALSE NULL NA Inf NaN", "c data.frame factor length library list matrix mean names paste plot print sum"),
	"julia jl":                       with(hashed("abstract baremodule begin break catch const continue do else elseif end export false finally for function global if import in let local macro module mutable primitive quote return struct true try type using where while", "Array Bool Dict Float64 Int Int64 Nothing String Vector println"), func(g *grammar) { g.triple, g.ticks, g.blocks = true, true, [][2]string{{"#=", "=#"}} }),
	"elixir ex exs":                  with(hashed("after alias and case catch cond def defimpl defmacro defmodule defp defprotocol defstruct do else end false fn for if import in nil not or quote raise receive require rescue true try unless unquote use when with", "Enum IO List Map String"), func(g *grammar) { g.triple, g.decorators = true, true }),
	"erlang erl":                     with(hashed("after and andalso begin case catch end fun if not of or orelse receive try when", ""), func(g *grammar) { g.comments = []string{"%"} }),
	"haskell hs": with(curly("case class data default deriving do else family forall foreign if import in infix infixl infixr instance let module newtype of qualified then type where", "Bool Char Double Either False IO Int Integer Just Left Maybe Nothing Right String True"), func(g *grammar) {
		g.comments, g.blocks, g.ticks, g.inNames, g.quotes = []string{"--"}, [][2]string{{"{-", "-}"}}, true, "'", "\"'"
	}),
	"lua": with(hashed("and break do else elseif end false for function goto if in local nil not or repeat return then true until while", "assert error ipairs next pairs pcall print require select self setmetatable string table tonumber tostring type"), func(g *grammar) { g.comments, g.blocks = []string{"--"}, [][2]string{{"--[[", "]]"}, {"[[", "]]"}} }),
	"lisp common-lisp elisp scheme clojure clj racket": with(hashed("and begin case cond def defmacro defn defun define do else fn for if lambda let letrec loop ns nil not or progn quote recur require set t true false unless use when", ""), func(g *grammar) { g.comments, g.quotes, g.long, g.inNames = []string{";"}, "\"", true, "-?!*" }),
	"powershell ps1 pwsh": with(hashed("begin break catch continue do else elseif end exit filter finally for foreach function if in param process return switch throw trap try until while", ""), func(g *grammar) {
		g.variables, g.fold, g.inNames, g.blocks = true, true, "-", [][2]string{{"<#", "#>"}}
	}),
	"batch bat cmd batchfile":      with(hashed("call cd copy del dir do echo else endlocal errorlevel exist exit for goto if in move not off on pause rem set setlocal shift start", ""), func(g *grammar) { g.comments, g.fold, g.quotes = []string{"::"}, true, "\"" }),
	"dockerfile docker":            with(hashed("add arg as cmd copy entrypoint env expose from healthcheck label maintainer onbuild run shell stopsignal user volume workdir", ""), func(g *grammar) { g.fold, g.variables = true, true }),
	"makefile make mk":             with(hashed("define else endef endif export ifdef ifeq ifndef ifneq include override unexport vpath", ""), func(g *grammar) { g.keys, g.variables, g.inNames = true, true, "-." }),
	"cmake":                        with(hashed("else elseif endforeach endfunction endif endmacro endwhile foreach function if include macro option project return set target_link_libraries while add_executable add_library", ""), func(g *grammar) { g.fold, g.variables = true, true }),
	"nginx":                        with(hashed("server location upstream http events if include", ""), func(g *grammar) { g.commands, g.variables = true, true }),
	"yaml yml":                     with(hashed("true false null yes no on off", ""), func(g *grammar) { g.keys, g.inNames = true, "-.'" }),
	"toml ini cfg conf properties": with(hashed("true false", ""), func(g *grammar) { g.comments, g.keys, g.inNames, g.triple = []string{"#", ";"}, true, "-.", true }),
	"tex latex":                    with(hashed("", ""), func(g *grammar) { g.comments, g.quotes = []string{"%"}, "" }),
	"vim viml":                     with(hashed("au augroup autocmd call command echo else elseif endfor endfunction endif endwhile execute for function if let map nmap noremap return set setlocal vmap while", ""), func(g *grammar) { g.comments, g.quotes = nil, "'" }),
	"http":                         {lines: headerLine},
})

// byName spreads the table out, one entry a name.
func byName(table map[string]*grammar) map[string]*grammar {
	m := map[string]*grammar{}
	for all, g := range table {
		for name := range strings.FieldsSeq(all) {
			m[name] = g
		}
	}
	return m
}

// headerLine colours a line of an HTTP message.
func headerLine(out *spans, line string) {
	if name, value, ok := strings.Cut(line, ":"); ok && !strings.ContainsAny(name, " \t") {
		out.add("nb", name)
		out.add("", ":")
		out.add("s", value)
		return
	}
	out.add("", line)
}
