using System.Collections.ObjectModel;
using ScaiSend.Platform.Templates.Language;

namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary>Walks the tree of a template over its data.</summary>
internal sealed class Evaluator(object? root, Run run)
{
    // What a helper may do with a long text costs time.
    private const int CharactersPerStep = 1024;

    public void Write(Body template) => Write(template, new Scope(root, null, null, null), 0);

    private void Write(Body body, Scope scope, int at)
    {
        run.Step(at, body.Nodes.Count);
        foreach (var node in body.Nodes)
        {
            switch (node)
            {
                case TextNode text:
                    run.WriteText(text.Text);
                    break;
                case ValueNode value:
                    run.WriteValue(Evaluate(value.Value, scope, isMissingFine: false), value.IsRaw);
                    break;
                case BlockNode block:
                    WriteBlock(block, scope);
                    break;
            }
        }
    }

    private void WriteBlock(BlockNode block, Scope scope)
    {
        var helper = (block.Head as HelperCall)?.Helper;
        var value = Evaluate(block.Head, scope, isMissingFine: helper is null);
        switch (helper?.Block)
        {
            case BlockUse.Condition:
                WriteBranch(block, value is true ? block.Then : block.Else, scope, scope.Context, scope.Loop, []);
                break;
            case BlockUse.Context when Js.IsEmpty(value):
                WriteBranch(block, block.Else, scope, scope.Context, scope.Loop, []);
                break;
            case BlockUse.Context:
                WriteBranch(block, block.Then, scope, value, scope.Loop, [value]);
                break;
            case BlockUse.Loop:
                WriteLoop(block, value, scope);
                break;
            default:
                WriteSection(block, value, scope);
                break;
        }
    }

    // {{#name}}: a list's items, an object's inside, or what a flag decides.
    private void WriteSection(BlockNode block, object? value, Scope scope)
    {
        if (value is object?[])
            WriteLoop(block, value, scope);
        else if (value is null or false)
            WriteBranch(block, block.Else, scope, scope.Context, scope.Loop, []);
        else
            WriteBranch(block, block.Then, scope, value is true ? scope.Context : value, scope.Loop, []);
    }

    private void WriteLoop(BlockNode block, object? values, Scope scope)
    {
        var count = values switch
        {
            object?[] array => array.Length,
            JsObject map => map.Count,
            _ => 0,
        };
        if (count == 0)
            WriteBranch(block, block.Else, scope, scope.Context, scope.Loop, []);
        var loop = new Loop(scope.Loop);
        for (var i = 0; i < count; i++)
        {
            run.Iterate(block.Head.At);
            var (key, value) = values is JsObject map ? (map[i].Key, map[i].Value) : ((object?)(double)i, ((object?[])values!)[i]);
            (loop.Key, loop.Index, loop.IsLast) = (key, i, i == count - 1);
            WriteBranch(block, block.Then, scope, value, loop, [value, key]);
        }
    }

    private void WriteBranch(BlockNode block, Body? body, Scope scope, object? context, Loop? loop, ReadOnlySpan<object?> values)
    {
        if (body is null)
            return;
        var names = body.Names.Count == 0 ? scope.Names : new GivenNames(body.Names, values.ToArray(), scope.Names);
        Write(body, scope.Enter(context, loop, names), block.Head.At);
    }

    private object? Evaluate(Expression expression, Scope scope, bool isMissingFine)
    {
        run.Step(expression.At);
        switch (expression)
        {
            case Literal literal:
                return literal.Value;
            case HelperCall call:
                return Call(call, scope);
            case ValuePath path:
                var isFound = TryFind(path, scope, out var value);
                if (!isFound && !isMissingFine)
                    run.NoteMissing(path.Original);
                return value;
            default:
                throw new InvalidOperationException("No such expression");
        }
    }

    private object? Call(HelperCall call, Scope scope)
    {
        var values = new object?[call.Arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Evaluate(call.Arguments[i], scope, call.Helper.AsksForMissing);
            if (values[i] is string text)
                run.Step(call.At, text.Length / CharactersPerStep);
        }
        IReadOnlyDictionary<string, object?> named = ReadOnlyDictionary<string, object?>.Empty;
        if (call.Named.Count > 0)
        {
            var read = new Dictionary<string, object?>();
            foreach (var (name, value) in call.Named)
                read[name] = Evaluate(value, scope, call.Helper.AsksForMissing);
            named = read;
        }
        return call.Helper.Value(new HelperArguments(run, call, values, named));
    }

    private bool TryFind(ValuePath path, Scope scope, out object? value)
    {
        var next = 0;
        if (path.IsOfLoop)
        {
            if (!TryFindOfLoop(path, scope, out value))
                return false;
            next = 1;
        }
        else if (
            path is { Depth: 0, IsScoped: false, Names.Count: > 0 }
            && scope.Names is { } names
            && names.TryGet(path.Names[0], out value)
        )
            next = 1;
        else
        {
            var outer = scope;
            for (var i = 0; i < path.Depth && outer is not null; i++)
                outer = outer.Outer;
            value = outer?.Context;
            if (outer is null)
                return false;
        }
        for (; next < path.Names.Count; next++)
        {
            run.Step(path.At);
            if (!Js.TryGet(value, path.Names[next], out value))
                return false;
        }
        return true;
    }

    private bool TryFindOfLoop(ValuePath path, Scope scope, out object? value)
    {
        value = null;
        if (path.Names.Count == 0)
            return false;
        if (path.Names[0] == "root")
        {
            value = root;
            return true;
        }
        var loop = scope.Loop;
        for (var i = 0; i < path.Depth && loop is not null; i++)
            loop = loop.Outer;
        if (loop is null)
            return false;
        value = path.Names[0] switch
        {
            "index" => loop.Index,
            "key" => loop.Key,
            "first" => loop.Index == 0,
            "last" => loop.IsLast,
            _ => null,
        };
        return value is not null;
    }
}
