-- optim.checkgrad(feval, x [, eps = 1e-7]): the gradient that feval gives against central differences. Returns the
-- relative difference (2-norm of the difference over that of the sum), and the two gradients.
return function(feval, x, eps)
  eps = eps or 1e-7
  local _, gradient = feval(x)
  gradient = gradient:clone():view(-1)
  local estimate, elements = gradient:clone(), x:view(-1)
  for i = 1, elements:nElement() do
    local here = elements[i]
    elements[i] = here + eps
    local above = feval(x)
    elements[i] = here - eps
    estimate[i] = (above - feval(x)) / (2 * eps)
    elements[i] = here
  end
  return torch.norm(gradient - estimate) / torch.norm(gradient + estimate), gradient, estimate
end
