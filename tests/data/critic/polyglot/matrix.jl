module Matrices

export trace2, scale

struct Scale{T<:Real}
    by::T
end

function trace2(a::AbstractMatrix)
    total = 0.0
    for i in 1:min(size(a)...)
        total += a[i, i]
    end
    return total
end

scale(s::Scale, xs) = [s.by * x for x in xs if x > 0]

end
